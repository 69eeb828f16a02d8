package io.meltemi.pilot.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.TransportSocketMatch;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.meltemi.model.config.EnvoyFilter;
import io.meltemi.model.config.EnvoyFilter.AnyObject;
import io.meltemi.model.config.EnvoyFilter.ApplyTo;
import io.meltemi.model.config.EnvoyFilter.ConfigPatch;
import io.meltemi.model.config.EnvoyFilter.Context;
import io.meltemi.model.config.EnvoyFilter.FilterClass;
import io.meltemi.model.config.EnvoyFilter.Match;
import io.meltemi.model.config.EnvoyFilter.Operation;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.PlainValue;
import io.meltemi.model.config.PlainValue.Fields;
import io.meltemi.model.config.PlainValue.Text;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.config.WorkloadSelector;
import io.meltemi.model.diagnostic.Origin;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Single patches on single messages. Confined to one test thread.
final class PatchesTest {
    private static Patch patch(Operation operation, Map<String, PlainValue> value)
            throws InvalidProtocolBufferException {
        ConfigPatch written =
                new ConfigPatch(
                        ApplyTo.CLUSTER,
                        new Match(Context.ANY, Optional.empty(), new AnyObject()),
                        operation,
                        FilterClass.UNSPECIFIED,
                        Optional.of(new Fields(value)));
        return Patch.of(
                new EnvoyFilter(
                        new Metadata("a", "shop", Map.of(), Map.of()),
                        WorkloadSelector.ALL,
                        List.of(),
                        0,
                        List.of(new Sourced<>(written, new Origin("a.yaml", 1, 1)))),
                0);
    }

    private static TransportSocket tls(String name, String sni) {
        return TransportSocket.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(UpstreamTlsContext.newBuilder().setSni(sni).build()))
                .build();
    }

    private static Patch ofSocket(String name) throws InvalidProtocolBufferException {
        return patch(
                Operation.MERGE,
                Map.of(
                        "connect_timeout",
                        new Text("3s"),
                        "transport_socket",
                        new Fields(
                                Map.of(
                                        "name",
                                        new Text(name),
                                        "typed_config",
                                        new Fields(
                                                Map.of(
                                                        "@type",
                                                        new Text(
                                                                "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"),
                                                        "allow_renegotiation",
                                                        new PlainValue.Bool(true)))))));
    }

    private static final Cluster CHOOSES =
            Cluster.newBuilder()
                    .setName("a")
                    .addTransportSocketMatches(
                            TransportSocketMatch.newBuilder()
                                    .setName("tlsMode-istio")
                                    .setTransportSocket(
                                            tls("envoy.transport_sockets.tls", "a.example")))
                    .addTransportSocketMatches(
                            TransportSocketMatch.newBuilder()
                                    .setTransportSocket(
                                            TransportSocket.newBuilder()
                                                    .setName("envoy.transport_sockets.raw_buffer")))
                    .build();

    @Test
    void socketAmongThoseThatAreChosenFromIsMergedInside() throws Exception {
        Cluster patched = ClusterPatches.apply(ofSocket("envoy.transport_sockets.tls"), CHOOSES);

        UpstreamTlsContext context =
                patched.getTransportSocketMatches(0)
                        .getTransportSocket()
                        .getTypedConfig()
                        .unpack(UpstreamTlsContext.class);
        assertThat(context.getSni()).isEqualTo("a.example");
        assertThat(context.getAllowRenegotiation()).isTrue();
        assertThat(patched.getTransportSocketMatches(1))
                .isEqualTo(CHOOSES.getTransportSocketMatches(1));
        assertThat(patched.hasTransportSocket()).isFalse();
        assertThat(patched.getConnectTimeout()).isEqualTo(Durations.fromSeconds(3));
    }

    @Test
    void anotherSocketCannotBeAddedBesideThose() throws Exception {
        Patch patch = ofSocket("strange");

        assertThatThrownBy(() -> ClusterPatches.apply(patch, CHOOSES))
                .isInstanceOf(UnfitException.class)
                .hasMessage(
                        "add transport socket 'strange' to a cluster that chooses between others");
    }

    @Test
    void socketOfAnotherNameTakesThePlace() throws Exception {
        Cluster cluster =
                Cluster.newBuilder()
                        .setName("a")
                        .setTransportSocket(tls("envoy.transport_sockets.tls", "a.example"))
                        .build();

        Cluster patched = ClusterPatches.apply(ofSocket("other"), cluster);

        assertThat(patched.getTransportSocket().getName()).isEqualTo("other");
        assertThat(
                        patched.getTransportSocket()
                                .getTypedConfig()
                                .unpack(UpstreamTlsContext.class)
                                .getSni())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "3s, 3000",
        "0.25s, 250",
        "500ms, 500",
        "1m30s, 90000",
        "1h, 3600000",
        "1h1m1s1ms, 3661001"
    })
    void durationsMayBeWrittenAsIstioTakesThem(String written, long millis) throws Exception {
        Patch patch = patch(Operation.MERGE, Map.of("connect_timeout", new Text(written)));

        assertThat(((Cluster) patch.value()).getConnectTimeout())
                .isEqualTo(Durations.fromMillis(millis));
    }

    @Test
    void listsGrowOrAreReplaced() throws Exception {
        Map<String, PlainValue> value =
                Map.of(
                        "alt_stat_name",
                        new Text("b"),
                        "circuit_breakers",
                        new Fields(
                                Map.of(
                                        "thresholds",
                                        new PlainValue.Items(
                                                List.of(
                                                        new Fields(
                                                                Map.of(
                                                                        "max_requests",
                                                                        new PlainValue.Whole(
                                                                                2))))))));
        Cluster.Builder before = Cluster.newBuilder();
        before.getCircuitBreakersBuilder().addThresholdsBuilder().setMaxRequests(UInt32Value.of(1));

        Cluster grown = ClusterPatches.apply(patch(Operation.MERGE, value), before.build());
        Cluster replaced =
                ClusterPatches.apply(
                        patch(Operation.MERGE_AND_REPLACE_LIST, value), before.build());

        assertThat(maxRequests(grown)).containsExactly(1, 2);
        assertThat(maxRequests(replaced)).containsExactly(2);
        assertThat(replaced.getAltStatName()).isEqualTo("b");
    }

    private static List<Integer> maxRequests(Cluster cluster) {
        return cluster.getCircuitBreakers().getThresholdsList().stream()
                .map(t -> t.getMaxRequests().getValue())
                .toList();
    }
}
