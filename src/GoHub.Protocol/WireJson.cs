using System.Text.Json;
using System.Text.Json.Serialization;

namespace GoHub.Protocol;

// The data of what GoHub itself sends, one record a shape; contract.md §1.4 of the Go original and docs/protocol.md.

internal sealed record RoomRefData(string RoomId);

internal sealed record RoomStatusData(string RoomId, string Status, string? Reason = null);

internal sealed record RoomData(string RoomId, string Name, int MaxClients);

internal sealed record RoomListData(IReadOnlyList<RoomListItem> Rooms, IReadOnlyList<string>? Missing = null);

internal sealed record RoomListItem(string RoomId, string Name, int MaxClients, int Members);

internal sealed record RoomMembersData(string RoomId, IReadOnlyList<RoomMemberItem> Members, IReadOnlyList<string>? Missing = null);

internal sealed record RoomMemberItem(string ClientId, string? UserId);

internal sealed record WelcomeData(string ClientId, string? UserId);

internal sealed record AuthOkData(string? UserId, long ExpiresAt, long ExpiresIn);

internal sealed record ReconnectData(long ReconnectIn, string Reason);

internal sealed record StatusData(string Status, string? Level = null);

internal sealed record GapData(string? RoomId, ulong? Lost);

/// <summary>Source-generated reading and writing of GoHub's own data.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RoomRefData))]
[JsonSerializable(typeof(RoomStatusData))]
[JsonSerializable(typeof(RoomData))]
[JsonSerializable(typeof(RoomListData))]
[JsonSerializable(typeof(RoomMembersData))]
[JsonSerializable(typeof(WelcomeData))]
[JsonSerializable(typeof(AuthOkData))]
[JsonSerializable(typeof(ReconnectData))]
[JsonSerializable(typeof(StatusData))]
[JsonSerializable(typeof(GapData))]
internal sealed partial class WireJson : JsonSerializerContext;
