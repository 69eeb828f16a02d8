package io.meltemi.proxy.filter.istiostats;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.peermetadata.NodeMetadata;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.Exchanges;
import io.meltemi.proxy.observe.Garbage;
import io.meltemi.proxy.observe.stats.StatsQuery;
import io.meltemi.xds.proto.stats.PluginConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IstioStatsFilterTest {
    private final FilterFixture fixture = new FilterFixture();
    private final ExchangeRecord record = Exchanges.answered();
    private final FakeFilterStream stream = fixture.stream().record(record);

    private HttpFilter filter(String json) {
        fixture.context().direction(TrafficDirection.OUTBOUND);
        fixture.context()
                .node(
                        FilterFixture.node(
                                """
                                {"id": "n", "cluster": "shop", "metadata": {"WORKLOAD_NAME": "web-v1", "NAMESPACE": "shop",
                                  "LABELS": {"app": "web", "role": "r"}}}
                                """));
        return fixture.filter(PluginConfig.newBuilder(), json);
    }

    private HeaderMap requestHeaders() {
        return requireNonNull(record.requestHeaders);
    }

    private String page() {
        return fixture.context().stats().prometheus(StatsQuery.ALL);
    }

    private String counted(String json) {
        HttpFilter filter = filter(json);
        filter.onLog(stream);
        return page();
    }

    @Test
    void droppedMetricsAreNotMade() {
        assertThat(
                        counted(
                                "{\"metrics\": [{\"name\": \"request_bytes\", \"drop\": true,"
                                        + " \"dimensions\": {\"a\": \"'b'\"}}]}"))
                .contains("istio_requests_total{", "istio_response_bytes_count{")
                .doesNotContain("istio_request_bytes", "a=\"b\"");
    }

    @Test
    void labelsAreRemovedChangedAndAdded() {
        String page =
                counted(
                        """
                        {"metrics": [
                          {"tags_to_remove": ["response_flags", "source_principal", "no_such"]},
                          {"name": "requests_total", "tags_to_remove": ["grpc_response_status"],
                           "dimensions": {"request_protocol": "request.protocol", "b": "'x'", "a": "'_' + node.metadata['LABELS'].app"}},
                          {"dimensions": {"source_principal": "'changed'"}}]}
                        """);

        assertThat(page)
                .containsPattern("istio_requests_total\\{.*,a=\"_web\",b=\"x\"} 1\n")
                .containsPattern(
                        "istio_requests_total\\{.*source_principal=\"changed\".*request_protocol=\"HTTP/1.1\"")
                .containsPattern(
                        "istio_request_bytes_count\\{.*request_protocol=\"http\".*grpc_response_status=\"\"")
                .doesNotContain("response_flags", "no_such");
        assertThat(page.lines().filter(line -> line.startsWith("istio_requests_total{")))
                .singleElement()
                .asString()
                .doesNotContain("grpc_response_status");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'a b'|a b",
                "request.method|GET",
                "request.url_path|/x",
                "request.headers['User-Agent']|curl/8.5.0",
                "response.code|200",
                "xds.cluster_name|up",
                "node.id|n",
                "xds.node.metadata.LABELS.role|r",
                "node.metadata['NO_SUCH']|unknown",
                "upstream_peer.workload|ratings-v1",
                "filter_state.upstream_peer.labels['team']|a",
                "filter_state['upstream_peer'].labels['team'].value|a",
                "upstream_peer.labels['none']|unknown",
                "downstream_peer.app|unknown",
                "request.method + ' ' + response.code|GET 200",
                "request.method + request.headers['none']|unknown",
                "connection.mtls|false"
            })
    void expressionsAreTextsAndAttributes(String expression, String value) {
        requestHeaders().set(":path", "/x?y");
        requestHeaders().set("user-agent", "curl/8.5.0");
        stream.header(":path", "/x?y");
        record.upstreamPeer =
                NodeMetadata.of(
                        FilterFixture.struct(
                                """
                                {"WORKLOAD_NAME": "ratings-v1", "LABELS": {"team": "a"}}
                                """),
                        java.util.Set.of("team"));
        String json = "{\"metrics\": [{\"dimensions\": {\"added\": \"" + expression + "\"}}]}";

        assertThat(counted(json)).contains(",added=\"" + value + "\"} 1\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "request.size",
                "request",
                "has(request.headers['x'])",
                "'a' +",
                "'a",
                "a ? b : c",
                "request.headers[x]",
                "upstream_peer.password",
                ""
            })
    void otherExpressionsAreRefusedByTheirPath(String expression) {
        assertThat(
                        fixture.problems(
                                PluginConfig.newBuilder(),
                                "{\"metrics\": [{\"dimensions\": {\"x\": \""
                                        + expression
                                        + "\"}}]}"))
                .singleElement()
                .asString()
                .startsWith("metrics[0].dimensions[x]: '" + expression + "' cannot be evaluated");
    }

    @Test
    void whatHasNoMeaningIsRefused() {
        assertThat(
                        fixture.problems(
                                PluginConfig.newBuilder(),
                                """
                                {"reporter": "SERVER_GATEWAY", "definitions": [{"name": "x"}], "rotation_interval": "10s",
                                 "metrics": [{"name": "x"}, {"drop": true}, {"match": "true"}]}
                                """))
                .containsExactlyInAnyOrder(
                        "metrics[2].match: is not supported",
                        "definitions: is not supported",
                        "reporter: is not supported",
                        "metrics[0].name: 'x' is none of Istio's metrics",
                        "metrics[1].drop: needs a name: Istio drops nothing without",
                        "graceful_deletion_interval: must be 1 s or more and less than the"
                                + " rotation_interval of 10 s (it is 300 s where it is not written)");
    }

    @Test
    void hostHeaderStandsForAServiceOnlyWhereItMay() {
        assertThat(counted("{}")).contains("destination_service=\"localhost:18080\"");
        fixture.context().stats().resetCounters();
        assertThat(counted("{\"disable_host_header_fallback\": true}"))
                .contains("destination_service=\"unknown\",destination_service_name=\"unknown\"");
    }

    @ParameterizedTest
    @CsvSource({
        "block_all, c, BlackHoleCluster",
        "allow_any, c, PassthroughCluster",
        "r, InboundPassthroughCluster, InboundPassthroughCluster"
    })
    void fixedRoutesAndClustersHaveTheirNames(String route, String cluster, String name) {
        record.routeName = route;
        record.upstreamCluster = cluster;

        assertThat(counted("{}"))
                .contains(
                        "destination_service=\"localhost:18080\",destination_service_name=\""
                                + name
                                + "\"");
    }

    @Test
    void endpointWithoutAProxyIsKnownByItsMetadata() {
        record.upstreamMetadata =
                Map.of(
                        "istio",
                        FilterFixture.struct("{\"workload\": \"ratings-v1;shop;ratings;v1;c1\"}"));

        assertThat(counted("{}"))
                .contains(
                        "destination_workload=\"ratings-v1\",destination_canonical_service=\"ratings\",destination_canonical_revision=\"v1\",destination_workload_namespace=\"shop\"",
                        "destination_cluster=\"c1\"");
    }

    @Test
    void seriesOfOlderTimesGo() {
        HttpFilter filter =
                filter("{\"rotation_interval\": \"10s\", \"graceful_deletion_interval\": \"1s\"}");
        filter.onLog(stream);
        record.responseCode = 404;
        record.endNanos += 10_000_000_000L;
        filter.onLog(stream);
        assertThat(page()).contains("response_code=\"200\"", "response_code=\"404\"");
        record.endNanos += 2_000_000_000L;
        filter.onLog(stream);

        long end = System.nanoTime() + 20_000_000_000L;
        String page = page();
        while (page.contains("response_code=\"200\"") && System.nanoTime() < end) {
            System.gc();
            page = page();
        }
        assertThat(page).doesNotContain("response_code=\"200\"").contains("response_code=\"404\"");
    }

    @Test
    void combinationsWithoutEndAreNotCounted() {
        HttpFilter filter =
                filter(
                        "{\"metrics\": [{\"dimensions\": {\"h\": \"request.host\"}}, {\"name\": \"request_duration_milliseconds\", \"drop\": true}, {\"name\": \"request_bytes\", \"drop\": true}, {\"name\": \"response_bytes\", \"drop\": true}]}");
        for (int i = 0; i < 4_003; i++) {
            requestHeaders().set(":authority", "host-" + i);
            filter.onLog(stream);
        }

        assertThat(fixture.context().counts())
                .containsEntry("istio_stats.combinations_overflow", 3L);
    }

    /// The combination of labels is known: nothing is made for the request.
    @Test
    void countingARequestAllocatesNothing() {
        HttpFilter filter = filter("{\"metrics\": [{\"tags_to_remove\": [\"source_version\"]}]}");
        record.upstreamMetadata =
                Map.of("istio", FilterFixture.struct("{\"workload\": \"w;n;s;r;c\"}"));
        record.clusterMetadata =
                Metadata.newBuilder()
                        .putFilterMetadata(
                                "istio",
                                FilterFixture.struct("{\"services\": [{\"host\": \"a.b\"}]}"))
                        .build();
        record.upstream =
                Exchanges.mutualTls(
                        "10.0.0.1:1", "10.0.0.2:2", "spiffe://a/ns/b/sa/c", "spiffe://d");

        assertThat(Garbage.bytesPerRound(() -> filter.onLog(stream))).isLessThan(1.0);
    }
}
