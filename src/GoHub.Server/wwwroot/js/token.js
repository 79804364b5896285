/** What can be said about a token before sending it; null when nothing is wrong. */
export function tokenProblem(token) {
  if (!token) return null;
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) return 'This is not a JWT: three base64url parts with dots between are expected.';
  const claims = tokenClaims(token);
  if (!claims) return 'The middle part of this token is not JSON.';
  if (typeof claims.exp === 'number' && claims.exp * 1000 < Date.now()) {
    return `This token expired at ${new Date(claims.exp * 1000).toLocaleString()}.`;
  }
  return null;
}

export function tokenClaims(token) {
  try {
    const binary = atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'));
    const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, c => c.charCodeAt(0))));
    return claims && typeof claims === 'object' ? claims : null;
  } catch {
    return null;
  }
}
