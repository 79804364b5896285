using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GoHub.Bus;
using Microsoft.Extensions.Options;
using NATS.NKeys;

namespace GoHub.Nats;

/// <summary>Checks the section <c>GoHub:Cluster:Nats</c> of a node whose bus is NATS: each mistake is a sentence that names the key and says what to write. No sentence holds a secret.</summary>
internal sealed class NatsOptionsValidator : IValidateOptions<GoHubOptions>
{
    public const string Section = "GoHub:Cluster:Nats";

    public ValidateOptionsResult Validate(string? name, GoHubOptions options)
    {
        if (!NatsBus.BusName.Equals(options.Cluster.Bus, StringComparison.OrdinalIgnoreCase))
        {
            return ValidateOptionsResult.Skip;
        }
        var nats = options.Cluster.Nats;
        var problems = new List<string>();
        CheckUrls(nats, problems);
        CheckCredentials(nats, problems);
        CheckTls(nats.Tls, problems);
        if (nats.Replicas is not (1 or 3 or 5))
        {
            problems.Add($"{Section}:Replicas is {nats.Replicas}. Set it to 1, 3 or 5.");
        }
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckUrls(GoHubNatsOptions nats, List<string> problems)
    {
        foreach (var url in nats.Urls)
        {
            if (!NatsSettings.TryReadUrl(url, out var uri))
            {
                // What stands before an @ may be a password.
                var shown = url.Contains('@', StringComparison.Ordinal) ? "an address that cannot be read" : $"'{url}'";
                problems.Add($"{Section}:Urls has {shown}. Write each server as nats://host:4222 or tls://host:4222.");
            }
            else if (uri.Scheme == NatsSettings.TlsScheme && nats.Tls.Enabled == false)
            {
                problems.Add($"{Section}:Urls has '{NatsSettings.Shown(uri)}', but {Section}:Tls:Enabled is false. Write nats:// or remove Tls:Enabled.");
            }
        }
    }

    private static void CheckCredentials(GoHubNatsOptions nats, List<string> problems)
    {
        if (string.IsNullOrEmpty(nats.Username) != string.IsNullOrEmpty(nats.Password))
        {
            var (has, misses) = string.IsNullOrEmpty(nats.Password) ? ("Username", "Password") : ("Password", "Username");
            problems.Add($"{Section}:{has} is set, but {Section}:{misses} is not. Set both, or neither.");
        }
        (string Name, bool Set)[] kinds =
        [
            ("Username", !string.IsNullOrEmpty(nats.Username) || !string.IsNullOrEmpty(nats.Password)),
            ("Token", !string.IsNullOrEmpty(nats.Token)),
            ("NKeySeed", !string.IsNullOrEmpty(nats.NKeySeed)),
            ("CredsFile", !string.IsNullOrEmpty(nats.CredsFile)),
            ("Urls (before the @)", nats.Urls.Any(static u => NatsSettings.TryReadUrl(u, out var uri) && uri.UserInfo.Length > 0)),
        ];
        var set = kinds.Where(static k => k.Set).Select(static k => k.Name).ToArray();
        if (set.Length > 1)
        {
            problems.Add($"{Section} has more than one kind of credentials: {string.Join(", ", set)}. Keep the one your server asks for.");
        }
        if (!string.IsNullOrEmpty(nats.NKeySeed) && !IsUserSeed(nats.NKeySeed))
        {
            problems.Add($"{Section}:NKeySeed is not an nkey seed of a user. Set it to one, 58 characters that begin with SU.");
        }
        if (!string.IsNullOrEmpty(nats.CredsFile))
        {
            CheckFile($"{Section}:CredsFile", nats.CredsFile, "a .creds file with a user JWT and its seed", IsCreds, problems);
        }
    }

    private static void CheckTls(GoHubNatsTlsOptions tls, List<string> problems)
    {
        var files = new[] { tls.CaFile, tls.CertFile, tls.KeyFile };
        if (tls.Enabled == false && files.Any(static f => !string.IsNullOrEmpty(f)))
        {
            problems.Add($"{Section}:Tls:Enabled is false, but {Section}:Tls names files. Remove Tls:Enabled, or the files.");
        }
        if (string.IsNullOrEmpty(tls.CertFile) != string.IsNullOrEmpty(tls.KeyFile))
        {
            var (has, misses) = string.IsNullOrEmpty(tls.KeyFile) ? ("CertFile", "KeyFile") : ("KeyFile", "CertFile");
            problems.Add($"{Section}:Tls:{has} is set, but {Section}:Tls:{misses} is not. Set both, or neither.");
        }
        if (!string.IsNullOrEmpty(tls.CaFile))
        {
            CheckFile($"{Section}:Tls:CaFile", tls.CaFile, "the PEM file of the authority that signed the server's certificate", static f => new X509Certificate2Collection().ImportCount(f) > 0, problems);
        }
        if (string.IsNullOrEmpty(tls.CertFile) || string.IsNullOrEmpty(tls.KeyFile))
        {
            return;
        }
        var found = problems.Count;
        CheckFile($"{Section}:Tls:KeyFile", tls.KeyFile, "the PEM file of the certificate's key", static _ => true, problems);
        CheckFile($"{Section}:Tls:CertFile", tls.CertFile, "the PEM file of this node's certificate", static _ => true, problems);
        if (problems.Count == found)
        {
            CheckFile($"{Section}:Tls:CertFile", tls.CertFile, $"the PEM file of this node's certificate, and {Section}:Tls:KeyFile to that of its key", f => CanLoad(f, tls.KeyFile), problems);
        }
    }

    private static void CheckFile(string key, string path, string wanted, Func<string, bool> isGood, List<string> problems)
    {
        if (!File.Exists(path))
        {
            problems.Add($"{key} is '{path}', which does not exist. Set it to {wanted}.");
            return;
        }
        try
        {
            if (!isGood(path))
            {
                problems.Add($"{key} is '{path}', which is something else. Set it to {wanted}.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{key} is '{path}', which cannot be read: {e.Message.TrimEnd('.')}. Set it to {wanted}.");
        }
    }

    private static bool CanLoad(string certFile, string keyFile)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(certFile, keyFile);
            return certificate.HasPrivateKey;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsCreds(string path)
    {
        var lines = File.ReadAllLines(path);
        var jwt = Array.FindIndex(lines, static l => l.TrimStart().StartsWith("-----BEGIN NATS USER JWT-----", StringComparison.Ordinal));
        var seed = Array.FindIndex(lines, static l => l.TrimStart().StartsWith("-----BEGIN USER NKEY SEED-----", StringComparison.Ordinal));
        return jwt >= 0 && jwt + 1 < lines.Length && lines[jwt + 1].Count(static c => c == '.') == 2 && seed >= 0 && seed + 1 < lines.Length && IsUserSeed(lines[seed + 1]);
    }

    private static bool IsUserSeed(string seed)
    {
        try
        {
            using var pair = KeyPair.FromSeed(seed);
            return pair.Prefix == PrefixByte.User;
        }
        catch (NKeysException)
        {
            return false;
        }
    }
}

/// <summary>Reads PEM files that may be anything.</summary>
file static class PemFiles
{
    public static int ImportCount(this X509Certificate2Collection certificates, string path)
    {
        try
        {
            certificates.ImportFromPemFile(path);
        }
        catch (CryptographicException)
        {
            return 0;
        }
        var count = certificates.Count;
        foreach (var certificate in certificates)
        {
            certificate.Dispose();
        }
        return count;
    }
}
