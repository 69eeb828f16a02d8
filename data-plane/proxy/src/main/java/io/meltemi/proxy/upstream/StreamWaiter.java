package io.meltemi.proxy.upstream;

import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.WireProtocol;
import org.jspecify.annotations.Nullable;

/// Wants one stream to an endpoint. Confined to its event loop.
public interface StreamWaiter {
    /// Takes the response of the stream.
    MessageReceiver receiver();

    /// The stream may begin: headers can be sent now.
    ///
    /// @param protocol null for plain TCP
    void onStream(
            MessageSender sender, ConnectionRecord connection, @Nullable WireProtocol protocol);

    /// There will be no stream.
    ///
    /// @param reason for `%UPSTREAM_TRANSPORT_FAILURE_REASON%`
    void onFailure(StreamFailure failure, String reason);
}
