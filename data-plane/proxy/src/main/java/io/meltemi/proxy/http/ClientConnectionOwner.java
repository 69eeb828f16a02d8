package io.meltemi.proxy.http;

/// Is told what becomes of a [ClientConnection]; a pool is one. Confined to its event loop.
public interface ClientConnectionOwner {
    /// More requests may begin than before.
    void onAvailable(ClientConnection connection);

    /// The connection takes no more requests, ever.
    void onClosed(ClientConnection connection);
}
