package io.meltemi.proxy.http;

/// One upstream connection, HTTP/1 or HTTP/2. Confined to its event loop.
public interface ClientConnection {
    /// Begins a request; the response goes to `response`. Call only when [#availableStreams] is
    /// above 0.
    MessageSender begin(MessageReceiver response);

    /// How many more requests may begin now; 0 when busy, draining or closed.
    int availableStreams();

    /// Requests under way.
    int activeStreams();

    /// Takes no new request; closes when the last one ends.
    void drain();

    /// Closes at once; running exchanges get CONNECTION_TERMINATION.
    void close();
}
