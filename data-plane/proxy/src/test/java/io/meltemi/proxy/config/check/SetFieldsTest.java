package io.meltemi.proxy.config.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What protobuf's reflection says is the oracle.
final class SetFieldsTest {
    @Test
    void findsTheSameFieldsAsReflection() {
        Cluster cluster =
                Cluster.newBuilder()
                        .setName("a")
                        .setType(Cluster.DiscoveryType.STRICT_DNS)
                        .setConnectTimeout(Duration.newBuilder().setSeconds(1))
                        .setLoadAssignment(ClusterLoadAssignment.getDefaultInstance())
                        .build();
        assertThat(names(SetFields.of(cluster)))
                .containsExactlyElementsOf(
                        cluster.getAllFields().keySet().stream().map(f -> f.getName()).toList());
    }

    @Test
    void seesPackedNumbersAndEmptyMessages() {
        RetryPolicy policy =
                RetryPolicy.newBuilder()
                        .addRetriableStatusCodes(500)
                        .addRetriableStatusCodes(503)
                        .setPerTryTimeout(Duration.getDefaultInstance())
                        .build();
        assertThat(names(SetFields.of(policy)))
                .containsExactly("per_try_timeout", "retriable_status_codes");
    }

    @Test
    void namesUnknownNumbersOfTheRightMessage() {
        Node node =
                Node.newBuilder()
                        .setId("n")
                        .setUnknownFields(
                                UnknownFieldSet.newBuilder()
                                        .addField(
                                                4711,
                                                UnknownFieldSet.Field.newBuilder()
                                                        .addVarint(1)
                                                        .build())
                                        .build())
                        .build();
        SetFields fields = SetFields.of(node);
        assertThat(fields.unknown()).containsExactly(4711);
        assertThat(names(fields)).containsExactly("id");
    }

    @Test
    void takesAKnownNumberOfAnotherWireTypeForUnknownAsAParserDoes() throws Exception {
        Node node = Node.parseFrom(new byte[] {1 << 3, 7}); // id is a string, this a number
        assertThat(SetFields.of(node).unknown())
                .containsExactlyElementsOf(node.getUnknownFields().asMap().keySet());
    }

    @Test
    void refusesBelowListsAndMapsAtTheirPlace() {
        Metadata metadata =
                Metadata.newBuilder()
                        .putFilterMetadata(
                                "some.filter",
                                Struct.newBuilder()
                                        .putFields(
                                                "k", Value.newBuilder().setStringValue("v").build())
                                        .build())
                        .build();
        ConfigPlace at = ConfigPlace.root("m");
        SupportedFields.builder()
                .supports(Metadata.getDescriptor(), "filter_metadata")
                .supports(Struct.getDescriptor(), "")
                .build()
                .check(metadata, at);
        assertThat(at.problems())
                .singleElement()
                .extracting(ConfigProblem::path)
                .isEqualTo("m.filter_metadata[some.filter].fields");
    }

    private static List<String> names(SetFields fields) {
        List<String> names = new ArrayList<>();
        fields.forEach((field, _) -> names.add(field.getName()));
        return names;
    }
}
