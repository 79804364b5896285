using GoHub.Endpoints;

namespace GoHub.Tests.Endpoints;

/// <summary>What a client may offer (RFC 7692 §7.1), and what it is answered.</summary>
public sealed class DeflateOffersTests
{
    private const string Taken = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    private const string TakenWithWindow = Taken + "; server_max_window_bits=15";

    [Theory]
    [InlineData("permessage-deflate")]
    [InlineData("  permessage-deflate  ")]
    [InlineData("permessage-deflate; client_max_window_bits")]
    [InlineData("permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    [InlineData("permessage-deflate; client_no_context_takeover; client_max_window_bits; server_no_context_takeover")]
    [InlineData("x-webkit-deflate-frame, permessage-deflate")]
    [InlineData("foo; bar=baz; q=\"1\", permessage-deflate")]
    [InlineData(", ,permessage-deflate,")]
    [InlineData("permessage-deflate; server_max_window_bits=10, permessage-deflate")]
    [InlineData("permessage-deflate; mode=fast, permessage-deflate; client_max_window_bits")]
    [InlineData("permessage-deflate, permessage-deflate; server_max_window_bits=15")]
    public void Accept_OfAnOfferThatCanBeTaken_AnswersWithoutContextTakeover(string offers) => Assert.Equal(Taken, DeflateOffers.Accept(offers));

    [Theory]
    [InlineData("permessage-deflate; server_max_window_bits=15")]
    [InlineData("permessage-deflate; server_max_window_bits=\"15\"; client_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=8, permessage-deflate; server_max_window_bits=15")]
    public void Accept_OfTheWindowThereIs_AnswersWithItToo(string offers) => Assert.Equal(TakenWithWindow, DeflateOffers.Accept(offers));

    [Theory]
    [InlineData("permessage-deflate;client_max_window_bits=8", Taken + "; client_max_window_bits=8")]
    [InlineData("permessage-deflate ; client_max_window_bits = \"15\"", Taken + "; client_max_window_bits=15")]
    [InlineData("permessage-deflate; client_max_window_bits=10; server_max_window_bits=15", TakenWithWindow + "; client_max_window_bits=10")]
    [InlineData("permessage-deflate; client_max_window_bits=9; x, permessage-deflate; client_max_window_bits", Taken)]
    public void Accept_OfAWindowThatTheClientNames_AnswersWithItToo(string offers, string answer) => Assert.Equal(answer, DeflateOffers.Accept(offers));

    [Theory]
    [InlineData("")]
    [InlineData("permessage-bzip2")]
    [InlineData("Permessage-Deflate")]
    [InlineData("permessage-deflate; unknown")]
    [InlineData("permessage-deflate; server_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=14")]
    [InlineData("permessage-deflate; server_max_window_bits=8")]
    [InlineData("permessage-deflate; server_max_window_bits=16")]
    [InlineData("permessage-deflate; server_max_window_bits=015")]
    [InlineData("permessage-deflate; server_max_window_bits=+15")]
    [InlineData("permessage-deflate; server_max_window_bits=15; server_max_window_bits=15")]
    [InlineData("permessage-deflate; client_max_window_bits=7")]
    [InlineData("permessage-deflate; client_max_window_bits=16")]
    [InlineData("permessage-deflate; client_max_window_bits=08")]
    [InlineData("permessage-deflate; client_max_window_bits=ten")]
    [InlineData("permessage-deflate; client_max_window_bits=99999999999999999999")]
    [InlineData("permessage-deflate; client_max_window_bits; client_max_window_bits=10")]
    [InlineData("permessage-deflate; server_no_context_takeover=1")]
    [InlineData("permessage-deflate; client_no_context_takeover=true")]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover")]
    public void Accept_OfAnOfferThatCannotBeTaken_AnswersNothing(string offers) => Assert.Null(DeflateOffers.Accept(offers));

    [Theory]
    [InlineData("permessage-deflate;")]
    [InlineData("permessage-deflate; =15")]
    [InlineData("permessage-deflate; client_max_window_bits=")]
    [InlineData("permessage-deflate; client_max_window_bits=\"15")]
    [InlineData("permessage-deflate; client_max_window_bits=\"\"")]
    [InlineData("permessage-deflate; client_max_window_bits=\" 15\"")]
    [InlineData("permessage-deflate; client_max_window_bits=\"15 \"")]
    [InlineData("permessage-deflate client_max_window_bits")]
    [InlineData("permessage-deflate; client_max_window_bits=15 15")]
    [InlineData(";, permessage-deflate")]
    [InlineData("\"permessage-deflate\"")]
    [InlineData("permessage-deflate/1")]
    [InlineData("foo(bar), permessage-deflate")]
    public void Accept_OfWhatFollowsNoGrammar_AnswersNothing(string offers) => Assert.Null(DeflateOffers.Accept(offers));

    [Fact]
    public void Accept_OfSeveralHeaders_ReadsThemInOrder()
    {
        Assert.Equal(TakenWithWindow, DeflateOffers.Accept(new(["foo", "permessage-deflate; server_max_window_bits=9", "permessage-deflate; server_max_window_bits=15"])));
        Assert.Null(DeflateOffers.Accept(default));
    }

    [Fact]
    public void Accept_OfAnything_DoesNotThrow() =>
        Gen.String[Gen.Char["permsage-dlt_;=,\" 15\t\0é"], 0, 60].Sample(offers => DeflateOffers.Accept("permessage-deflate" + offers), iter: 5000);
}
