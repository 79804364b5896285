namespace GoHub.ChatTests.Browser;

/// <summary>Some life for the pictures.</summary>
internal static class Scenes
{
    private static readonly (int Who, string Text)[] Lines =
    [
        (1, "Good morning! The compiler is done."),
        (1, "It even says what is wrong now, and where."),
        (0, "That was quick. Did it find the moth?"),
        (2, "Which moth?"),
        (1, "The one in relay 70, panel F. It is taped into the logbook, with the time and a short note for those who come after us and wonder why the machine had stopped."),
        (0, "Then every program has a logbook to look up to."),
        (0, "Well done."),
        (2, "שלום, welcome to those who write from right to left"),
    ];

    /// <summary>Three people talk in the general room; two of them leave something unread for the one who looks.</summary>
    public static async Task TalkAsync(Person me, Person first, Person second)
    {
        Person[] people = [me, first, second];
        await second.SayAndBeHeardAsync("Has anybody seen my keys?");
        await second.OpenAsync("room general");
        await me.OpenAsync("room general");
        foreach (var (who, text) in Lines)
        {
            await people[who].SayAndBeHeardAsync(text);
        }
        await Expect(me.Texts).ToHaveCountAsync(Lines.Length);
        await second.PersonNamed("Ada Lovelace").ClickAsync();
        await second.SayAndBeHeardAsync("Tea at four?");
        await Expect(me.Unread("with Bob~")).ToHaveCountAsync(1);
        await Expect(me.Unread("room random")).ToHaveCountAsync(1);
    }
}
