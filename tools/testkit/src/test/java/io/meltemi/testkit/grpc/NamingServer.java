package io.meltemi.testkit.grpc;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;

/// Answers with its name, and with `+tls` when the caller came so. Thread-safe.
record NamingServer(String name) implements ServerCallHandler<byte[], byte[]> {
    @Override
    public ServerCall.Listener<byte[]> startCall(
            ServerCall<byte[], byte[]> call, Metadata headers) {
        call.request(1);
        return new ServerCall.Listener<>() {
            @Override
            public void onHalfClose() {
                answer(call, headers);
            }
        };
    }

    private void answer(ServerCall<byte[], byte[]> call, Metadata headers) {
        boolean isFirst = headers.get(JavaXdsProgram.key("grpc-previous-rpc-attempts")) == null;
        if (isFirst && headers.get(JavaXdsProgram.key("fail-first")) != null) {
            call.close(
                    Status.UNAVAILABLE.withDescription("the first attempt fails"), new Metadata());
            return;
        }
        String sleep = headers.get(JavaXdsProgram.key("sleep"));
        if (sleep != null) {
            pause(Long.parseLong(sleep));
        }
        boolean tls = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION) != null;
        call.sendHeaders(new Metadata());
        call.sendMessage((tls ? name + "+tls" : name).getBytes(StandardCharsets.UTF_8));
        call.close(Status.OK, new Metadata());
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
