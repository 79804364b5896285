using System.Text;
using NATS.NKeys;

namespace GoHub.ClusterTests.Nats;

/// <summary>The stand-in for the package NATS.NKeys.</summary>
public sealed class NKeysTests
{
    // Made by nsc; from the tests of the original package.
    [Theory]
    [InlineData("SOAELH6NJCEK4HST5644G4HK7TOAFZGRRJHNM4EUKUY7PPNDLIKO5IH4JM", "ODPWIBQJVIQ42462QAFI2RKJC4RZHCQSIVPRDDHWFCJAP52NRZK6Z2YC", PrefixByte.Operator)]
    [InlineData("SAANWFZ3JINNPERWT3ALE45U7GYT2ZDW6GJUIVPDKUF6GKAX6AISZJMAS4", "AATEJXG7UX4HFJ6ZPRTP22P6OYZER36YYD3GVBOVW7QHLU32P4QFFTZJ", PrefixByte.Account)]
    [InlineData("SUAGDLNBWI2SGHDRYBHD63NH5FGZSVJUW2J7GAJZXWANQFLDW6G5SXZESU", "UBICBTHDKQRB4LIYA6BMIJ7EA2G7YS7FIWMMVKZJE6M3HS5IVCOLKDY2", PrefixByte.User)]
    public void A_seed_gives_its_public_key(string seed, string publicKey, PrefixByte prefix)
    {
        using var pair = KeyPair.FromSeed(seed);
        Assert.Equal(publicKey, pair.GetPublicKey());
        Assert.Equal(seed, pair.GetSeed());
        Assert.Equal(prefix, pair.Prefix);
    }

    [Theory]
    [InlineData(PrefixByte.Account, 'A')]
    [InlineData(PrefixByte.Cluster, 'C')]
    [InlineData(PrefixByte.Server, 'N')]
    [InlineData(PrefixByte.Operator, 'O')]
    [InlineData(PrefixByte.User, 'U')]
    public void What_a_new_key_signs_its_public_key_verifies(PrefixByte prefix, char letter)
    {
        using var made = KeyPair.CreatePair(prefix);
        using var pair = KeyPair.FromSeed(made.GetSeed());
        using var verifier = KeyPair.FromPublicKey(pair.GetPublicKey());
        Assert.Equal(letter, pair.GetPublicKey()[0]);
        Assert.StartsWith($"S{letter}", pair.GetSeed(), StringComparison.Ordinal);
        var message = Encoding.ASCII.GetBytes("a nonce");
        var signature = new byte[64];
        pair.Sign(message, signature);

        Assert.True(verifier.Verify(message, signature));
        Assert.False(verifier.Verify(Encoding.ASCII.GetBytes("another"), signature));
        Assert.False(verifier.Verify(message, signature.AsMemory(1)));
        signature[3] ^= 1;
        Assert.False(verifier.Verify(message, signature));
        Assert.Throws<NKeysException>(() => verifier.GetSeed());
        Assert.Throws<NKeysException>(() => verifier.Sign(message, signature));
    }

    [Fact]
    public void A_changed_character_anywhere_is_noticed()
    {
        const string Seed = "SUAGDLNBWI2SGHDRYBHD63NH5FGZSVJUW2J7GAJZXWANQFLDW6G5SXZESU";
        for (var i = 0; i < Seed.Length; i++)
        {
            var changed = Seed.ToCharArray();
            changed[i] = changed[i] == 'B' ? 'C' : 'B';
            var fault = Assert.Throws<NKeysException>(() => KeyPair.FromSeed(changed));
            Assert.DoesNotContain(Seed[10..20], fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("SU")]
    [InlineData("not a seed at all")]
    [InlineData("UBICBTHDKQRB4LIYA6BMIJ7EA2G7YS7FIWMMVKZJE6M3HS5IVCOLKDY2")]
    [InlineData("SUAGDLNBWI2SGHDRYBHD63NH5FGZSVJUW2J7GAJZXWANQFLDW6G5SXZESUA")]
    [InlineData("suagdlnbwi2sghdrybhd63nh5fgzsvjuw2j7gajzxwanqfldw6g5sxzesu")]
    public void What_is_no_seed_is_refused(string text) => Assert.Throws<NKeysException>(() => KeyPair.FromSeed(text));
}
