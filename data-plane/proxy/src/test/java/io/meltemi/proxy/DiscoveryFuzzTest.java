package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.grpc.Server;
import io.meltemi.proxy.config.Extensions;
import io.meltemi.proxy.fuzz.Fuzzing;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.testing.LoopbackGrpc;
import io.meltemi.xds.testing.ScriptedAds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whatever a control plane sends, it is taken or refused, and answered at once; a proxy that has
/// seen all of that still takes what is right.
final class DiscoveryFuzzTest {
    private static final List<Kind> KINDS =
            List.of(
                    new Kind(ResourceType.CLUSTER, "a", Cluster.getDefaultInstance()),
                    new Kind(
                            ResourceType.ENDPOINT, "a", ClusterLoadAssignment.getDefaultInstance()),
                    new Kind(ResourceType.LISTENER, "in", Listener.getDefaultInstance()),
                    new Kind(ResourceType.ROUTE, "r", RouteConfiguration.getDefaultInstance()),
                    new Kind(ResourceType.VIRTUAL_HOST, "r/v", VirtualHost.getDefaultInstance()),
                    new Kind(ResourceType.SECRET, "s", Secret.getDefaultInstance()),
                    new Kind(
                            ResourceType.SCOPED_ROUTE,
                            "p",
                            ScopedRouteConfiguration.getDefaultInstance()),
                    new Kind(
                            ResourceType.EXTENSION,
                            "fault",
                            TypedExtensionConfig.getDefaultInstance()));

    private final ScriptedAds ads = new ScriptedAds();
    private int version;
    private int taken;

    private record Kind(ResourceType type, String name, Message empty) {}

    @Test
    void resourcesAreTakenOrRefused() throws Exception {
        List<byte[]> corpus = new ArrayList<>();
        for (byte[] line : Fuzzing.corpus("/fuzz/discovery.txt")) {
            corpus.add(input(new String(line, StandardCharsets.UTF_8)));
        }
        Server server = LoopbackGrpc.serve(ads.service());
        try (RunningProxy proxy = new RunningProxy(RunningProxy.onAds(server.getPort()))) {
            ads.await(ResourceType.CLUSTER);

            Fuzzing.run(
                    "discovery",
                    corpus,
                    (input, random) -> {
                        if (random.nextInt(8) == 0) {
                            // So that what the others belong to is there again.
                            send(corpus.getFirst());
                        }
                        String refusal = send(input);
                        assertThat(refusal).doesNotContain("bug");
                        taken += refusal.isEmpty() ? 1 : 0;
                    });
            System.out.println("fuzzing discovery: " + taken + " taken, the others refused");

            assertThat(send(corpus.getFirst())).isEmpty();
            assertThat(proxy.proxy().isReady()).isTrue();
        } finally {
            server.shutdownNow();
        }
    }

    /// The kind's number, and the message.
    private static byte[] input(String line) throws IOException {
        String[] parts = line.split(" ", 3);
        for (Kind kind : KINDS) {
            if (kind.type() == ResourceType.valueOf(parts[0])) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                out.write(KINDS.indexOf(kind));
                out.writeBytes(message(kind, parts[2]));
                return out.toByteArray();
            }
        }
        throw new AssertionError(line);
    }

    private static byte[] message(Kind kind, String json) throws InvalidProtocolBufferException {
        Message.Builder builder = kind.empty().newBuilderForType();
        JsonFormat.parser().usingTypeRegistry(Extensions.jsonRegistry()).merge(json, builder);
        return builder.build().toByteArray();
    }

    /// What the proxy says to it: empty for an acknowledgement.
    private String send(byte[] input) {
        Kind kind = KINDS.get(input.length == 0 ? 0 : (input[0] & 0xff) % KINDS.size());
        ByteString body =
                input.length == 0
                        ? ByteString.EMPTY
                        : ByteString.copyFrom(input, 1, input.length - 1);
        XdsResource resource =
                new XdsResource(
                        kind.type(),
                        kind.name(),
                        "v" + ++version,
                        Any.newBuilder().setTypeUrl(kind.type().typeUrl()).setValue(body).build());
        String nonce = ads.respond(kind.type(), List.of(resource), List.of());
        return ads.await(request -> request.getResponseNonce().equals(nonce))
                .getErrorDetail()
                .getMessage();
    }
}
