package io.meltemi.proxy.http.h1;

import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.ServerExchanges;

/// Takes the requests of one HTTP/1 connection, those that cannot be read included. Confined to its
/// event loop.
public interface Http1Exchanges extends ServerExchanges {
    /// Begins an exchange in HTTP/1.0.
    default MessageReceiver beginHttp10(MessageSender response) {
        return begin(response);
    }

    /// The bytes that came are not a request: answer and close. Nothing follows on this connection.
    void reject(MessageSender response, Http1Error error);
}
