package io.meltemi.proxy.observe.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.metrics.v3.StatsConfig;
import io.envoyproxy.envoy.config.metrics.v3.TagSpecifier;
import io.meltemi.proxy.observe.stats.Series.TaggedName;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TagExtractionTest {
    private static final StatsConfig DEFAULT = StatsConfig.getDefaultInstance();

    /// Names and tags as Envoy 1.40 exposes them.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "cluster.up.upstream_rq_total|cluster.upstream_rq_total|envoy.cluster_name=up",
                "cluster.up.upstream_rq_503|cluster.upstream_rq"
                        + "|envoy.response_code=503,envoy.cluster_name=up",
                "cluster.up.external.upstream_rq_5xx|cluster.external.upstream_rq_xx"
                        + "|envoy.response_code_class=5,envoy.cluster_name=up",
                "cluster.dead.cluster.upstream_rq_total|cluster.cluster.upstream_rq_total"
                        + "|envoy.cluster_name=dead",
                "http.ingress_http.downstream_rq_2xx|http.downstream_rq_xx"
                        + "|envoy.response_code_class=2,envoy.http_conn_manager_prefix=ingress_http",
                "listener.127.0.0.1_18080.downstream_cx_total|listener.downstream_cx_total"
                        + "|envoy.listener_address=127.0.0.1_18080",
                "listener.127.0.0.1_18080.http.ingress_http.downstream_rq_completed"
                        + "|listener.http.downstream_rq_completed"
                        + "|envoy.http_conn_manager_prefix=ingress_http,"
                        + "envoy.listener_address=127.0.0.1_18080",
                "listener.admin.downstream_cx_total|listener.admin.downstream_cx_total|-",
                "cluster_manager.active_clusters|cluster_manager.active_clusters|-",
            })
    void defaultTagsAreEnvoys(String name, String base, String tags) {
        TaggedName tagged = TagExtraction.compile(DEFAULT).extract(name);

        assertThat(tagged.base()).isEqualTo(base);
        assertThat(text(tagged)).isEqualTo(tags == null ? "" : tags);
    }

    /// Istio's bootstrap replaces the cluster's rule, because its cluster names hold dots.
    @Test
    void aConfiguredTagReplacesTheDefaultOfItsName() {
        StatsConfig config =
                StatsConfig.newBuilder()
                        .setUseAllDefaultTags(BoolValue.of(false))
                        .addStatsTags(
                                TagSpecifier.newBuilder()
                                        .setTagName("cluster_name")
                                        .setRegex(
                                                "^cluster\\.((.+?(\\..+?\\.svc\\.cluster\\.local)?)\\.)"))
                        .addStatsTags(
                                TagSpecifier.newBuilder().setTagName("mesh").setFixedValue("one"))
                        .build();

        TaggedName tagged =
                TagExtraction.compile(config)
                        .extract("cluster.outbound|80||a.shop.svc.cluster.local.upstream_rq_total");

        assertThat(tagged.base()).isEqualTo("cluster.upstream_rq_total");
        assertThat(text(tagged))
                .isEqualTo("cluster_name=outbound|80||a.shop.svc.cluster.local,mesh=one");
    }

    @Test
    void aWrongExpressionIsRefusedWithItsTag() {
        StatsConfig config =
                StatsConfig.newBuilder()
                        .addStatsTags(TagSpecifier.newBuilder().setTagName("x").setRegex("("))
                        .build();

        assertThatThrownBy(() -> TagExtraction.compile(config)).hasMessageContaining("regex of x");
    }

    private static String text(TaggedName tagged) {
        return tagged.tags().stream()
                .map(tag -> tag.name() + "=" + tag.value())
                .collect(Collectors.joining(","));
    }
}
