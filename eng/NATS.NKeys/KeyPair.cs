using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace NATS.NKeys;

/// <summary>An Ed25519 key in NATS's coding: what NATS.Client.Core 3.3.2 asks of the package NATS.NKeys 1.0.1. Curve keys are not here.</summary>
/// <remarks>Threads: immutable until disposed, any.</remarks>
public sealed class KeyPair : IDisposable
{
    private const int SignatureBytes = 64;

    private readonly byte[]? _seed;
    private readonly byte[] _public;

    private KeyPair(PrefixByte prefix, byte[]? seed, byte[] publicKey)
    {
        Prefix = prefix;
        _seed = seed;
        _public = publicKey;
    }

    /// <summary>What the key is for.</summary>
    public PrefixByte Prefix { get; }

    /// <summary>A new random key.</summary>
    public static KeyPair CreatePair(PrefixByte prefix) => FromRaw(prefix, RandomNumberGenerator.GetBytes(KeyText.KeyBytes));

    /// <summary>The key of a seed (<c>S…</c>).</summary>
    /// <exception cref="NKeysException">It is no seed.</exception>
    public static KeyPair FromSeed(ReadOnlySpan<char> encodedSeed)
    {
        var (prefix, seed) = KeyText.ReadSeed(encodedSeed);
        return FromRaw(prefix, seed);
    }

    /// <summary>A key that can verify but not sign.</summary>
    /// <exception cref="NKeysException">It is no public key.</exception>
    public static KeyPair FromPublicKey(ReadOnlySpan<char> publicKey)
    {
        var (prefix, key) = KeyText.ReadPublicKey(publicKey);
        return new KeyPair(prefix, null, key);
    }

    /// <summary>The text of the public key.</summary>
    public string GetPublicKey() => KeyText.PublicKey(Prefix, _public);

    /// <summary>The text of the seed: a secret.</summary>
    /// <exception cref="NKeysException">There is only a public key.</exception>
    public string GetSeed() => KeyText.Seed(Prefix, _seed ?? throw new NKeysException("No seed"));

    /// <summary>Signs; <paramref name="signature"/> takes 64 bytes.</summary>
    /// <exception cref="NKeysException">There is only a public key, or no room for the signature.</exception>
    public void Sign(ReadOnlyMemory<byte> message, Memory<byte> signature)
    {
        var seed = _seed ?? throw new NKeysException("No seed");
        if (signature.Length < SignatureBytes)
        {
            throw new NKeysException("Invalid signature length");
        }
        var bytes = new byte[SignatureBytes];
        Ed25519.Sign(seed, 0, message.ToArray(), 0, message.Length, bytes, 0);
        bytes.CopyTo(signature);
    }

    /// <summary>Whether a signature is this key's.</summary>
    public bool Verify(ReadOnlyMemory<byte> message, ReadOnlyMemory<byte> signature) =>
        signature.Length == SignatureBytes && Ed25519.Verify(signature.ToArray(), 0, _public, 0, message.ToArray(), 0, message.Length);

    /// <summary>Forgets the seed.</summary>
    public void Dispose()
    {
        if (_seed is not null)
        {
            CryptographicOperations.ZeroMemory(_seed);
        }
    }

    private static KeyPair FromRaw(PrefixByte prefix, byte[] seed)
    {
        var key = new byte[KeyText.KeyBytes];
        Ed25519.GeneratePublicKey(seed, 0, key, 0);
        return new KeyPair(prefix, seed, key);
    }
}
