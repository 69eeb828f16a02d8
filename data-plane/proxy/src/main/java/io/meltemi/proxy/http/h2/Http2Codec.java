package io.meltemi.proxy.http.h2;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2HeadersEncoder.SensitivityDetector;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.StreamByteDistributor;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.util.function.Consumer;

/// Puts Netty's frame codec together the way both sides need it. Pure.
final class Http2Codec {
    /// Envoy takes as many CONTINUATION frames behind one HEADERS; beyond, Netty ends the
    /// connection. What is not small comes to the limit of a block's size before.
    private static final int MAX_SMALL_CONTINUATIONS = 512;

    private static final boolean ACK_SETTINGS = true;
    private static final boolean ACK_PING = true;

    /// Fields are checked while they are decoded: see [IncomingHeaders].
    private static final boolean VALIDATE = false;

    /// Literals are not Huffman coded: inside a mesh bytes are cheaper than CPU.
    private static final int HUFFMAN_FROM = Integer.MAX_VALUE;

    private static final int TABLE_HINT = 64;

    private static final int MAX_RESERVED_STREAMS = 0;

    private Http2Codec() {}

    static Http2Session server(
            Http2Options options, Consumer<Http2Counter> counters, Runnable afterStream) {
        Http2Settings settings =
                common(options).maxConcurrentStreams(options.maxConcurrentStreams());
        if (options.allowConnect()) {
            settings.connectProtocolEnabled(true);
        }
        return session(true, settings, options, counters, afterStream);
    }

    static Http2Session client(Http2Options options, Runnable afterStream) {
        return session(false, common(options).pushEnabled(false), options, _ -> {}, afterStream);
    }

    private static Http2Settings common(Http2Options options) {
        return new Http2Settings()
                .headerTableSize(options.hpackTableBytes())
                .initialWindowSize(options.streamWindowBytes())
                .maxHeaderListSize(options.maxHeaderBytes());
    }

    private static Http2Session session(
            boolean server,
            Http2Settings settings,
            Http2Options options,
            Consumer<Http2Counter> counters,
            Runnable afterStream) {
        Http2Connection connection = new DefaultHttp2Connection(server, MAX_RESERVED_STREAMS);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, distributor(connection)));
        Http2ConnectionEncoder encoder =
                new DefaultHttp2ConnectionEncoder(
                        connection,
                        new DefaultHttp2FrameWriter(
                                new DefaultHttp2HeadersEncoder(
                                        detector(), false, TABLE_HINT, HUFFMAN_FROM)));
        IncomingHeaders incoming =
                new IncomingHeaders(
                        options.maxHeaderCount(),
                        options.underscores(),
                        server && options.allowConnect());
        Http2FrameReader reader =
                new DefaultHttp2FrameReader(
                        new HeaderMapDecoder(incoming, options.maxHeaderBytes()),
                        MAX_SMALL_CONTINUATIONS);
        if (server) {
            // From the first frame on: a client that never acknowledges our settings gains nothing.
            connection.remote().maxActiveStreams(options.maxConcurrentStreams());
            reader = new OrderedReader(reader, connection);
        }
        return new Http2Session(
                new DefaultHttp2ConnectionDecoder(
                        connection,
                        encoder,
                        reader,
                        Http2PromisedRequestVerifier.ALWAYS_VERIFY,
                        ACK_SETTINGS,
                        ACK_PING,
                        VALIDATE),
                encoder,
                settings,
                options,
                counters,
                afterStream);
    }

    /// Streams take turns by whole frames: a window that many share would be cut into frames of 1
    /// KB otherwise, each of which costs both sides as much as a large one.
    private static StreamByteDistributor distributor(Http2Connection connection) {
        UniformStreamByteDistributor distributor = new UniformStreamByteDistributor(connection);
        distributor.minAllocationChunk(Http2CodecUtil.DEFAULT_MAX_FRAME_SIZE);
        return distributor;
    }

    /// Fields that stay out of the dynamic table: secrets, because requests of several clients
    /// share one connection (RFC 7541 §7.1), and ids, because no second request has the same.
    private static SensitivityDetector detector() {
        return (name, value) ->
                switch (name.length()) {
                    case 6 -> "cookie".contentEquals(name);
                    case 11 -> "traceparent".contentEquals(name);
                    case 12 -> "x-request-id".contentEquals(name);
                    case 13 -> "authorization".contentEquals(name);
                    default -> false;
                };
    }
}
