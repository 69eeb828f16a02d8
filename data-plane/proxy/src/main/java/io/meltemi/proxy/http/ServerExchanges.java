package io.meltemi.proxy.http;

import io.meltemi.proxy.http.h2.Http2Counter;

/// Takes the requests of one downstream connection. Confined to its event loop.
@FunctionalInterface
public interface ServerExchanges {
    /// A request begins; its parts go to the returned receiver, its response into `response`.
    MessageReceiver begin(MessageSender response);

    /// The codec refused a request, which gets no answer.
    ///
    /// @param details Envoy's words for it
    default void refused(MessageSender response, String details) {}

    /// Something happened on an HTTP/2 connection that is counted.
    default void count(Http2Counter what) {}
}
