package io.meltemi.testkit.differential;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.meltemi.xds.testing.LoopbackGrpc;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A service of external authorization that answers what the header `x-answer` of a request says,
/// in JSON, and keeps what it was asked. A connection has no headers: its answer goes by the
/// client's address. Thread-safe.
final class ScriptedAuthorizer extends AuthorizationGrpc.AuthorizationImplBase
        implements AutoCloseable {
    private static final List<String> VARYING =
            List.of("x-request-id", "x-envoy-expected-rq-timeout-ms");

    private static final Map<String, String> BY_CLIENT =
            Map.of(
                    "127.0.0.2", "{\"status\": {\"code\": 7}}",
                    "127.0.0.3", "error",
                    "127.0.0.4", "silence");

    private final Server server;
    private final List<String> questions = new CopyOnWriteArrayList<>();

    private ScriptedAuthorizer() throws IOException {
        server = LoopbackGrpc.serve(this);
    }

    static ScriptedAuthorizer start() throws IOException {
        return new ScriptedAuthorizer();
    }

    /// Answers a question of its own: the first answer of a JVM takes longer than some cases wait.
    void warmUp() {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port()).usePlaintext().build();
        try {
            var _ =
                    AuthorizationGrpc.newBlockingStub(channel)
                            .check(CheckRequest.getDefaultInstance());
        } finally {
            channel.shutdownNow();
        }
        questions.clear();
    }

    int port() {
        return server.getPort();
    }

    /// What was asked, as lines that can be compared.
    List<String> questions() {
        return List.copyOf(questions);
    }

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> observer) {
        AttributeContext asked = request.getAttributes();
        questions.add(comparable(asked));
        String client = asked.getSource().getAddress().getSocketAddress().getAddress();
        String answer =
                asked.getRequest()
                        .getHttp()
                        .getHeadersOrDefault("x-answer", BY_CLIENT.getOrDefault(client, "{}"));
        switch (answer) {
            case "error" -> observer.onError(Status.UNAVAILABLE.asRuntimeException());
            case "silence" -> {} // until the caller gives up
            default -> {
                observer.onNext(response(answer));
                observer.onCompleted();
            }
        }
    }

    private static CheckResponse response(String json) {
        CheckResponse.Builder response = CheckResponse.newBuilder();
        try {
            JsonFormat.parser().merge(json, response);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(json, e);
        }
        return response.build();
    }

    /// Without what no two runs share: ports, times and identifiers; headers by name.
    private static String comparable(AttributeContext context) {
        AttributeContext.Builder copy = context.toBuilder();
        copy.getSourceBuilder().getAddressBuilder().getSocketAddressBuilder().setPortValue(1);
        copy.getDestinationBuilder().getAddressBuilder().getSocketAddressBuilder().setPortValue(2);
        copy.getRequestBuilder().clearTime().getHttpBuilder().clearId();
        var http = copy.getRequestBuilder().getHttpBuilder();
        Map<String, String> headers = new TreeMap<>(http.getHeadersMap());
        VARYING.forEach(headers::remove);
        http.clearHeaders();
        for (int i = http.getHeaderMap().getHeadersCount() - 1; i >= 0; i--) {
            if (VARYING.contains(http.getHeaderMap().getHeaders(i).getKey())) {
                http.getHeaderMapBuilder().removeHeaders(i);
            }
        }
        List<HeaderValue> raw =
                http.getHeaderMap().getHeadersList().stream()
                        .sorted(Comparator.comparing(HeaderValue::getKey))
                        .toList();
        if (!raw.isEmpty()) {
            http.getHeaderMapBuilder().clearHeaders().addAllHeaders(raw);
        }
        return "asked " + copy.build().toString().replace("\n", " ") + " headers " + headers;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
