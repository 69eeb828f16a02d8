package io.meltemi.proxy.listener;

import io.meltemi.proxy.http.HttpConnection;
import io.meltemi.proxy.http.HttpSettings;
import io.meltemi.proxy.http.HttpWorker;
import io.meltemi.proxy.http.h1.Http1ServerConnection;
import io.meltemi.proxy.http.h2.Http2Preface;
import io.meltemi.proxy.http.h2.Http2ServerConnection;
import io.meltemi.proxy.overload.WorkerOverload;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives a connection its HTTP codec: the configured one, the one agreed on by ALPN, or the one its
/// first bytes ask for. Confined to its event loop.
final class HttpStart {
    private final ConnectionStart.Worker worker;
    private final StartingConnection connection;
    private final Channel channel;
    private final HttpSettings settings;
    private final HttpConnection.Facts facts;

    HttpStart(
            ConnectionStart.Worker worker,
            StartingConnection connection,
            HttpSettings settings,
            HttpConnection.Facts facts) {
        this.worker = worker;
        this.connection = connection;
        this.channel = connection.channel;
        this.settings = settings;
        this.facts = facts;
    }

    /// @param alpn what was agreed on, or null
    void begin(@Nullable String alpn) {
        switch (settings.codec()) {
            case HTTP1 -> http1();
            case HTTP2 -> http2();
            case AUTO -> {
                if ("h2".equals(alpn)) {
                    http2();
                } else if (alpn != null) {
                    http1();
                } else {
                    channel.pipeline().addLast(new PrefaceCheck());
                }
            }
        }
    }

    private HttpWorker http() {
        return connection.settings.overload().fromActions() ? worker.exemptHttp() : worker.http();
    }

    private void http1() {
        HttpConnection manager = new HttpConnection(settings, http(), facts, false);
        Http1ServerConnection codec =
                new Http1ServerConnection(worker.loop(), settings.http1(), manager);
        watchBytes(manager, codec);
        channel.pipeline().addLast(codec);
        opened(manager, null);
    }

    private void http2() {
        HttpConnection manager = new HttpConnection(settings, http(), facts, true);
        watchBytes(manager, null);
        Http2ServerConnection codec =
                Http2ServerConnection.install(channel.pipeline(), settings.http2(), manager);
        opened(manager, codec::drain);
    }

    private void watchBytes(HttpConnection manager, @Nullable Http1ServerConnection http1) {
        WorkerOverload overload = http().overload();
        if (overload != null && overload.looksAtBytes()) {
            channel.pipeline().addLast(new OverloadCheck(overload, manager, http1));
        }
    }

    private void opened(HttpConnection manager, @Nullable Runnable drain) {
        connection.open.drain = manager::drain;
        connection.open.letGo = manager::letGo;
        manager.opened(drain);
        channel.closeFuture().addListener(_ -> manager.closed());
    }

    /// Waits for the first bytes of a plain connection to tell HTTP/2 from HTTP/1. Confined to its
    /// event loop.
    private final class PrefaceCheck extends ByteToMessageDecoder {
        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
            switch (Http2Preface.of(in)) {
                case NEED_MORE -> {
                    return;
                }
                case HTTP2 -> http2();
                case OTHER -> http1();
            }
            ctx.pipeline().remove(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            connection.broken(ctx, cause);
        }
    }
}
