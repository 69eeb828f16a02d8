package io.meltemi.proxy.config.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.Compressor;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.Compressor.ResponseDirectionConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConstraintsTest {
    private static List<String> problems(Message message) {
        return Constraints.problems(message).stream().map(ConfigProblem::toString).toList();
    }

    @Test
    void everyBrokenRuleIsNamedByItsPath() {
        Cluster cluster =
                Cluster.newBuilder()
                        .setTypeValue(99)
                        .setConnectTimeout(Duration.newBuilder().setSeconds(-1))
                        .setOutlierDetection(
                                OutlierDetection.newBuilder()
                                        .setMaxEjectionPercent(UInt32Value.of(101)))
                        .build();

        assertThat(problems(cluster))
                .containsExactlyInAnyOrder(
                        "name: must not be empty",
                        "type: 99 is no value of DiscoveryType",
                        "connect_timeout: must not be below 0",
                        "outlier_detection.max_ejection_percent: must be at most 100");
    }

    /// Envoy: whether a rule says so or not.
    @Test
    void noTimeIsBelowNothing() {
        HttpProtocolOptions options =
                HttpProtocolOptions.newBuilder()
                        .setIdleTimeout(Duration.newBuilder().setNanos(-1))
                        .build();

        assertThat(problems(options)).containsExactly("idle_timeout: must not be below 0");
    }

    @Test
    void aChoiceHasToBeMade() {
        assertThat(problems(Address.getDefaultInstance()))
                .containsExactly("must have one of address");
    }

    @Test
    void packedNumbersAreLookedAtOneByOne() {
        FilterChainMatch match =
                FilterChainMatch.newBuilder().addSourcePorts(1).addSourcePorts(0).build();

        assertThat(problems(match)).containsExactly("source_ports[1]: must be at least 1");
    }

    @Test
    void whatMayStandOnceMayNotStandTwice() {
        Compressor compressor =
                Compressor.newBuilder()
                        .setCompressorLibrary(
                                io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig.newBuilder()
                                        .setName("l")
                                        .setTypedConfig(
                                                com.google.protobuf.Any.getDefaultInstance()))
                        .setResponseDirectionConfig(
                                ResponseDirectionConfig.newBuilder()
                                        .addUncompressibleResponseCodes(206)
                                        .addUncompressibleResponseCodes(304)
                                        .addUncompressibleResponseCodes(206))
                        .build();

        assertThat(problems(compressor))
                .containsExactly(
                        "response_direction_config.uncompressible_response_codes[2]: stands here"
                                + " twice");
    }

    @Test
    void keysAndValuesOfMapsAreLookedAt() {
        Metadata metadata =
                Metadata.newBuilder()
                        .putFilterMetadata("", com.google.protobuf.Struct.getDefaultInstance())
                        .build();

        assertThat(problems(metadata)).containsExactly("filter_metadata: a key must not be empty");
    }

    /// A parser keeps a known number of another kind as an unknown field.
    @Test
    void aNumberOfAnotherKindIsNotTheField() throws Exception {
        Duration odd = Duration.parseFrom(new byte[] {0x0A, 0x01, 'x'});
        Cluster cluster = Cluster.newBuilder().setName("c").setConnectTimeout(odd).build();

        assertThat(problems(cluster)).containsExactly("connect_timeout: must be above 0");
    }

    @Test
    void whatSaysMoreTakesThePlaceOfARule() {
        ConfigPlace root = ConfigPlace.root("");
        Constraints.check(Cluster.getDefaultInstance(), root);
        root.field("name").refuse("is needed, because ...");
        Constraints.check(Cluster.getDefaultInstance(), root);

        assertThat(root.problems())
                .containsExactly(new ConfigProblem("name", "is needed, because ..."));
    }

    @Test
    void aMessageWithoutRulesIsAsItIs() {
        assertThat(problems(Node.getDefaultInstance())).isEmpty();
    }
}
