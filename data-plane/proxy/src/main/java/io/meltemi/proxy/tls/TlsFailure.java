package io.meltemi.proxy.tls;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/// Why a handshake failed, in words. Immutable.
///
/// @param message for a log line or `%UPSTREAM_TRANSPORT_FAILURE_REASON%`
public record TlsFailure(String message) {
    private static final AttributeKey<TlsFailure> KEY = AttributeKey.valueOf("meltemi.tls.failure");

    /// The failure of a channel's handshake; null when there was none.
    public static @Nullable TlsFailure of(Channel channel) {
        return channel.attr(KEY).get();
    }

    void attachTo(Channel channel) {
        channel.attr(KEY).set(this);
    }
}
