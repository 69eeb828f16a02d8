package io.meltemi.bench.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;

/// An HTTP/2 upstream in clear text: answers each request, when it has ended, with the same body,
/// and as gRPC with trailers. Thread-safe.
public final class Http2Upstream implements Upstream {
    private static final int STREAMS = 1_000;

    private final UpstreamServer server;

    /// @param body of each answer
    /// @param grpc whether an answer ends with `grpc-status: 0`
    public Http2Upstream(byte[] body, boolean grpc) {
        byte[] answer = body.clone();
        server =
                new UpstreamServer(() -> new ChannelHandler[] {codec(), new Answers(answer, grpc)});
    }

    private static ChannelHandler codec() {
        return Http2FrameCodecBuilder.forServer()
                .initialSettings(new Http2Settings().maxConcurrentStreams(STREAMS))
                .build();
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }

    /// Confined to its connection's loop.
    private static final class Answers extends ChannelInboundHandlerAdapter {
        private final byte[] body;
        private final boolean grpc;

        Answers(byte[] body, boolean grpc) {
            this.body = body;
            this.grpc = grpc;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                if (message instanceof Http2DataFrame data) {
                    ChannelFuture _ =
                            context.write(
                                    new DefaultHttp2WindowUpdateFrame(
                                                    data.initialFlowControlledBytes())
                                            .stream(data.stream()));
                    if (data.isEndStream()) {
                        answer(context, data.stream());
                    }
                } else if (message instanceof Http2HeadersFrame headers && headers.isEndStream()) {
                    answer(context, headers.stream());
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        private void answer(ChannelHandlerContext context, Http2FrameStream stream) {
            Http2Headers head = new DefaultHttp2Headers(false).status("200");
            head.add("content-type", grpc ? "application/grpc" : "text/plain");
            ChannelFuture _ = context.write(new DefaultHttp2HeadersFrame(head).stream(stream));
            ByteBuf bytes = Unpooled.wrappedBuffer(body);
            ChannelFuture _ = context.write(new DefaultHttp2DataFrame(bytes, !grpc).stream(stream));
            if (grpc) {
                Http2Headers trailers = new DefaultHttp2Headers(false).add("grpc-status", "0");
                ChannelFuture _ =
                        context.write(new DefaultHttp2HeadersFrame(trailers, true).stream(stream));
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ChannelFuture _ = context.close();
        }
    }
}
