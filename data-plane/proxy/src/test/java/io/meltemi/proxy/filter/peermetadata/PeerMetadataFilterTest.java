package io.meltemi.proxy.filter.peermetadata;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.PeerMetadata;
import io.meltemi.xds.proto.peermetadata.Config;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PeerMetadataFilterTest {
    private static final String NAME = "x-envoy-peer-metadata";
    private static final String ID = "x-envoy-peer-metadata-id";
    private static final String INBOUND =
            """
            {"downstream_discovery": [{"istio_headers": {}}, {"workload_discovery": {}}],
             "downstream_propagation": [{"istio_headers": {}}], "additional_labels": ["role"]}
            """;
    private static final String OUTBOUND =
            """
            {"upstream_discovery": [{"istio_headers": {}}],
             "upstream_propagation": [{"istio_headers": {"skip_external_clusters": true}}]}
            """;
    private static final String RATINGS =
            """
            {"NAME": "ratings-v1-1", "NAMESPACE": "shop", "WORKLOAD_NAME": "ratings-v1", "CLUSTER_ID": "c1",
             "OWNER": "kubernetes://apis/apps/v1/namespaces/shop/deployments/ratings-v1", "SECRET": "kept",
             "LABELS": {"app": "ratings", "version": "v1", "role": "of-ratings", "team": "a",
               "service.istio.io/canonical-name": "ratings", "service.istio.io/canonical-revision": "r1"}}
            """;

    private final FilterFixture fixture = new FilterFixture();
    private final ExchangeRecord record = new ExchangeRecord(0);
    private final FakeFilterStream stream = fixture.stream().record(record);

    private HttpFilter filter(String json) {
        fixture.context()
                .node(
                        Node.newBuilder()
                                .setId("sidecar~10.0.0.2~ratings-v1-1.shop~x")
                                .setMetadata(FilterFixture.struct(RATINGS))
                                .build());
        return fixture.filter(Config.newBuilder(), json);
    }

    private static String encoded(String json) {
        return Base64.getEncoder().encodeToString(FilterFixture.struct(json).toByteArray());
    }

    private static Struct decoded(@Nullable String header) throws Exception {
        return Struct.parseFrom(Base64.getDecoder().decode(requireNonNull(header)));
    }

    @Test
    void callerIsFoundAndItsHeadersAreTakenOut() {
        stream.header(NAME, encoded(RATINGS)).header(ID, "a").header(ID, "b");

        filter(INBOUND).onRequest(stream);

        PeerMetadata peer = requireNonNull(record.downstreamPeer);
        assertThat(peer.text())
                .isEqualTo(
                        "type=deployment,workload=ratings-v1,name=ratings-v1-1,cluster=c1,"
                                + "namespace=shop,service=ratings,revision=r1,app=ratings,"
                                + "version=v1,labels[]role=of-ratings");
        assertThat(stream.requestHeaders().contains(NAME)).isFalse();
        assertThat(stream.requestHeaders().contains(ID)).isFalse();
    }

    @Test
    void callerThatAsksIsTold() throws Exception {
        stream.header(NAME, encoded("{\"NAME\": \"x\"}")).header(ID, "x");
        HeaderMap response = new HeaderMap();
        HttpFilter filter = filter(INBOUND);

        filter.onRequest(stream);
        filter.onResponse(stream, response, true);

        assertThat(response.get(ID)).isEqualTo("sidecar~10.0.0.2~ratings-v1-1.shop~x");
        Struct told = decoded(response.get(NAME));
        assertThat(told.getFieldsMap().keySet())
                .containsExactlyInAnyOrder(
                        "NAME", "NAMESPACE", "WORKLOAD_NAME", "CLUSTER_ID", "OWNER", "LABELS");
        assertThat(told.getFieldsOrThrow("LABELS").getStructValue().getFieldsMap())
                .hasSize(5)
                .containsEntry("role", Value.newBuilder().setStringValue("of-ratings").build());
    }

    @Test
    void callerIsToldOnlyWhatItSpeaksItself() {
        HttpFilter filter = filter(INBOUND);
        HeaderMap toNobody = new HeaderMap();
        filter.onRequest(stream);
        filter.onResponse(stream, toNobody, true);
        FakeFilterStream byId = fixture.stream().header(ID, "x");
        HeaderMap toId = new HeaderMap();
        filter.onRequest(byId);
        filter.onResponse(byId, toId, true);

        assertThat(toNobody.size()).isZero();
        assertThat(toId.contains(ID)).isTrue();
        assertThat(toId.contains(NAME)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%%%", "AAAA", "/////w==", ""})
    void whatCannotBeReadIsNobodyAndTakenOut(String value) {
        stream.header(NAME, value).header(ID, "x");

        filter(INBOUND).onRequest(stream);

        assertThat(record.downstreamPeer).isNull();
        assertThat(stream.requestHeaders().contains(NAME)).isFalse();
    }

    @Test
    void whatIsTooLongIsNobody() {
        String letters = "x".repeat(20_000);
        stream.header(NAME, encoded("{\"NAME\": \"" + letters + "\"}"));

        filter(INBOUND).onRequest(stream);

        assertThat(record.downstreamPeer).isNull();
    }

    /// Istio's cache goes by the id alone.
    @Test
    void idOfAnotherIsNotBelieved() {
        HttpFilter filter = filter(INBOUND);
        filter.onRequest(
                fixture.stream().header(NAME, encoded("{\"NAME\": \"bad\"}")).header(ID, "a"));
        stream.header(NAME, encoded("{\"NAME\": \"good\"}")).header(ID, "a");

        filter.onRequest(stream);

        assertThat(requireNonNull(record.downstreamPeer).instance()).isEqualTo("good");
    }

    @Test
    void samePeerIsDecodedOnce() {
        HttpFilter filter = filter(INBOUND);
        ExchangeRecord other = new ExchangeRecord(0);
        stream.header(NAME, encoded(RATINGS)).header(ID, "a");
        FakeFilterStream second =
                fixture.stream().record(other).header(NAME, encoded(RATINGS)).header(ID, "a");

        filter.onRequest(stream);
        filter.onRequest(second);

        assertThat(other.downstreamPeer).isNotNull().isSameAs(record.downstreamPeer);
    }

    @Test
    void whoIsCalledIsFoundInItsResponse() {
        HttpFilter filter = filter(OUTBOUND);
        HeaderMap response = new HeaderMap();
        response.add(NAME, encoded(RATINGS));
        response.add(ID, "x");

        stream.header(NAME, "forged");
        filter.onRequest(stream);
        filter.onResponse(stream, response, true);

        assertThat(stream.requestHeaders().get(NAME)).isNotEqualTo("forged");
        assertThat(stream.requestHeaders().get(ID)).startsWith("sidecar~");
        assertThat(requireNonNull(record.upstreamPeer).field("workload")).isEqualTo("ratings-v1");
        assertThat(response.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"external\": true}", "{\"disable_mx\": true}"})
    void clustersOutsideOfTheMeshAreToldNothing(String istio) {
        record.clusterMetadata =
                Metadata.newBuilder()
                        .putFilterMetadata("istio", FilterFixture.struct(istio))
                        .build();

        filter(OUTBOUND).onRequest(stream);

        assertThat(stream.requestHeaders().contains(NAME)).isFalse();
        assertThat(stream.requestHeaders().contains(ID)).isFalse();
    }

    @Test
    void passthroughIsToldNothingWhereOthersOutsideAreNot() {
        record.upstreamCluster = "PassthroughCluster";
        filter(OUTBOUND).onRequest(stream);
        assertThat(stream.requestHeaders().contains(NAME)).isFalse();

        filter("{\"upstream_propagation\": [{\"istio_headers\": {}}]}").onRequest(stream);
        assertThat(stream.requestHeaders().contains(NAME)).isTrue();
    }

    @Test
    void whatHasNoEffectHereIsRefused() {
        assertThat(
                        fixture.problems(
                                Config.newBuilder(),
                                "{\"shared_with_upstream\": true, \"downstream_discovery\":"
                                        + " [{\"baggage\": {}}, {}]}"))
                .containsExactly(
                        "downstream_discovery[0].baggage: is not supported",
                        "shared_with_upstream: is not supported",
                        "downstream_discovery[1]: names no method");
    }

    @Test
    void wrongNamesInATypedStructAreRefusedByTheirPath() {
        var at = io.meltemi.proxy.config.check.ConfigPlace.root("");
        TypedStruct wrapped =
                TypedStruct.newBuilder()
                        .setTypeUrl("type.googleapis.com/io.istio.http.peer_metadata.Config")
                        .setValue(
                                FilterFixture.struct(
                                        "{\"upstream_discovery\": [{\"istio_header\": {}}],"
                                                + " \"other\": 1}"))
                        .build();

        io.meltemi.proxy.filter.HttpFilters.compile(
                "x", Any.pack(wrapped), at, fixture.context().context());
        io.meltemi.proxy.filter.HttpFilters.compile(
                "x",
                Any.pack(wrapped.toBuilder().setTypeUrl("no.such.Type").build()),
                at,
                fixture.context().context());

        assertThat(at.problems().stream().map(Object::toString))
                .containsExactlyInAnyOrder(
                        "value.upstream_discovery[0].istio_header: is not a field of"
                                + " io.istio.http.peer_metadata.Config.DiscoveryMethod",
                        "value.other: is not a field of io.istio.http.peer_metadata.Config",
                        "type_url: 'no.such.Type' is not an extension this proxy has");
    }
}
