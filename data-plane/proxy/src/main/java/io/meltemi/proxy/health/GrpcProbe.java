package io.meltemi.proxy.health;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.data.core.v3.HealthCheckFailureType;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Asks an endpoint with `grpc.health.v1.Health/Check`. Confined to its event loop.
///
/// The two messages of that protocol have one field each (`service`, `status`), both with number 1.
final class GrpcProbe implements Probe {
    private static final String OK = "0";
    private static final long SERVING = 1;
    private static final int FIELD = 1;
    private static final int FRAME_HEAD = 5;

    /// The right answer has seven bytes.
    private static final int MOST_BYTES = 64 * 1024;

    private final ProbeTarget target;
    private final Probing.Grpc probing;
    private final Verdicts verdicts;
    private final ProbeConnection connection;
    private @Nullable Call running;

    GrpcProbe(ProbeTarget target, Probing.Grpc probing, Verdicts verdicts) {
        this.target = target;
        this.probing = probing;
        this.verdicts = verdicts;
        this.connection = new ProbeConnection(target, true);
    }

    @Override
    public void start() {
        Call call = new Call();
        running = call;
        connection.open(call);
    }

    /// Envoy: of a connection that is to be used again only the stream is ended.
    @Override
    public void giveUp() {
        Call call = running;
        running = null;
        if (call != null && call.sender != null && target.settings().reusesConnection()) {
            call.sender.reset(StreamReset.LOCAL_RESET);
        } else {
            connection.close();
        }
    }

    @Override
    public void close() {
        running = null;
        connection.close();
    }

    private byte[] frame() {
        UnknownFieldSet.Builder message = UnknownFieldSet.newBuilder();
        if (!probing.service().isEmpty()) {
            message.addField(
                    FIELD,
                    UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8(probing.service()))
                            .build());
        }
        byte[] bytes = message.build().toByteArray();
        return ByteBuffer.allocate(FRAME_HEAD + bytes.length)
                .put((byte) 0)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    /// One call and its answer. Confined to its event loop.
    private final class Call implements ProbeConnection.Request, MessageReceiver {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private @Nullable MessageSender sender;

        @Override
        public MessageReceiver receiver() {
            return this;
        }

        @Override
        public void onOpen(MessageSender opened) {
            sender = opened;
            HeaderMap request = new HeaderMap();
            request.add(HeaderNames.METHOD, "POST");
            request.add(HeaderNames.PATH, "/grpc.health.v1.Health/Check");
            request.add(HeaderNames.AUTHORITY, target.authority(probing.authority()));
            request.add(HeaderNames.SCHEME, target.tls() == null ? "http" : "https");
            request.add("te", "trailers");
            request.add(HeaderNames.CONTENT_TYPE, "application/grpc");
            request.add(HeaderNames.USER_AGENT, HttpProbe.USER_AGENT);
            probing.metadata().apply(request, new ProbeFacts(request, target), null);
            request.set("grpc-timeout", target.settings().times().timeout() + "m");
            opened.sendHeaders(request, false);
            opened.sendData(Unpooled.wrappedBuffer(frame()), true);
        }

        @Override
        public void onNoConnection() {
            end(HealthCheckFailureType.NETWORK, false);
        }

        @Override
        public void onHeaders(HeaderMap headers, boolean endStream) {
            int status = HttpProbe.status(headers);
            if (status < 200) {
                return;
            }
            String type = headers.get(HeaderNames.CONTENT_TYPE);
            boolean isGrpc = type != null && type.startsWith("application/grpc");
            if (endStream || status != 200 || !isGrpc) {
                // Without a message it is not SERVING, whatever the status of the call.
                stop(endStream);
            }
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            byte[] bytes = new byte[data.readableBytes()];
            data.readBytes(bytes);
            data.release();
            body.writeBytes(bytes);
            if (endStream || body.size() > MOST_BYTES) {
                stop(endStream);
            }
        }

        @Override
        public void onTrailers(HeaderMap trailers) {
            boolean passes =
                    OK.equals(trailers.get("grpc-status")) && isServing(body.toByteArray());
            end(HealthCheckFailureType.ACTIVE, passes);
        }

        @Override
        public void onReset(StreamReset reason) {
            end(HealthCheckFailureType.NETWORK, false);
        }

        @Override
        public void onWritable() {}

        private void stop(boolean ended) {
            if (running == this && !ended && sender != null) {
                sender.reset(StreamReset.LOCAL_RESET);
            }
            end(HealthCheckFailureType.ACTIVE, false);
        }

        private void end(HealthCheckFailureType type, boolean passes) {
            if (running != this) {
                return;
            }
            running = null;
            if (!target.settings().reusesConnection()) {
                connection.leave();
            }
            if (passes) {
                verdicts.passed(false);
            } else {
                verdicts.failed(type, false, 0);
            }
        }
    }

    /// Whether the one message that came says so.
    private static boolean isServing(byte[] body) {
        if (body.length < FRAME_HEAD
                || body[0] != 0
                || ByteBuffer.wrap(body).getInt(1) != body.length - FRAME_HEAD) {
            return false;
        }
        try {
            byte[] message = Arrays.copyOfRange(body, FRAME_HEAD, body.length);
            List<Long> statuses =
                    UnknownFieldSet.parseFrom(message).getField(FIELD).getVarintList();
            return !statuses.isEmpty() && statuses.getLast() == SERVING;
        } catch (InvalidProtocolBufferException _) {
            return false;
        }
    }
}
