using System.Diagnostics.Metrics;
using GoHub.Diagnostics;

namespace GoHub.Tests.Hosting;

/// <summary>One counter of one node.</summary>
internal sealed class Counted : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _value;

    public Counted(Node node, string name)
    {
        var meter = node.Get<GoHubMetrics>().Meter;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter && instrument.Name == name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => _value = value);
        _listener.Start();
    }

    public long Value
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _value;
        }
    }

    public void Dispose() => _listener.Dispose();
}
