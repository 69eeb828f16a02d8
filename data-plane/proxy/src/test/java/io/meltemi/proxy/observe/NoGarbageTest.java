package io.meltemi.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ComparisonFilter;
import io.envoyproxy.envoy.config.accesslog.v3.OrFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ResponseFlagFilter;
import io.envoyproxy.envoy.config.accesslog.v3.StatusCodeFilter;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.meltemi.proxy.observe.accesslog.AccessLogs;
import io.meltemi.proxy.observe.accesslog.FileWriter;
import io.meltemi.proxy.observe.accesslog.TestCompilers;
import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Gauge;
import io.meltemi.proxy.observe.stats.Histogram;
import io.meltemi.proxy.observe.stats.ResponseCodeCounters;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is observed of a request must not cost memory: bytes allocated per request are counted.
final class NoGarbageTest {
    @TempDir Path folder;

    @Test
    void aLoggedRequestAllocatesNothing() {
        StatsStore stats = new StatsStore(1);
        try (FileWriter files = new FileWriter(stats, Duration.ofSeconds(1))) {
            AccessLogs logs =
                    TestCompilers.files(files)
                            .compile(
                                    List.of(
                                            log(text()),
                                            log(json()),
                                            log(FileAccessLog.newBuilder())));
            ExchangeRecord record = Exchanges.answered();
            record.downstream =
                    Exchanges.mutualTls("10.0.0.1:1", "10.0.0.2:15006", "spiffe://a", "spiffe://b");

            assertThat(Garbage.bytesPerRound(() -> logs.log(record))).isLessThan(1.0);
        }
    }

    @Test
    void countingARequestAllocatesNothing() {
        StatsScope scope = new StatsStore(1).scope("cluster.a.");
        Counter counter = scope.counter("upstream_rq_total");
        Gauge gauge = scope.gauge("upstream_rq_active");
        Histogram histogram = scope.histogram("upstream_rq_time");
        ResponseCodeCounters codes = scope.responseCodes("upstream_rq_", true);

        assertThat(
                        Garbage.bytesPerRound(() -> {
                            counter.increment(0);
                            gauge.add(0, 1);
                            histogram.record(0, 17);
                            codes.record(0, 200);
                            gauge.add(0, -1);
                        }))
                .isLessThan(1.0);
    }

    @Test
    void aRecordIsUsedAgainWithoutGarbage() {
        ExchangeRecord record = new ExchangeRecord(0);

        assertThat(Garbage.bytesPerRound(() -> record.begin(1, 2))).isLessThan(1.0);
    }

    private AccessLog log(SubstitutionFormatString format) {
        return log(FileAccessLog.newBuilder().setLogFormat(format));
    }

    private AccessLog log(FileAccessLog.Builder file) {
        return AccessLog.newBuilder()
                .setName("test")
                .setFilter(filter())
                .setTypedConfig(
                        Any.pack(file.setPath(folder.resolve("access.log").toString()).build()))
                .build();
    }

    private static AccessLogFilter filter() {
        return AccessLogFilter.newBuilder()
                .setOrFilter(
                        OrFilter.newBuilder()
                                .addFilters(
                                        AccessLogFilter.newBuilder()
                                                .setResponseFlagFilter(
                                                        ResponseFlagFilter.newBuilder()
                                                                .addFlags("NR")))
                                .addFilters(
                                        AccessLogFilter.newBuilder()
                                                .setStatusCodeFilter(
                                                        StatusCodeFilter.newBuilder()
                                                                .setComparison(
                                                                        ComparisonFilter
                                                                                .newBuilder()
                                                                                .setOp(
                                                                                        ComparisonFilter
                                                                                                .Op
                                                                                                .GE)))))
                .build();
    }

    private static SubstitutionFormatString text() {
        return SubstitutionFormatString.newBuilder()
                .setTextFormatSource(
                        io.envoyproxy.envoy.config.core.v3.DataSource.newBuilder()
                                .setInlineString(
                                        "%START_TIME% %REQ(:METHOD)% %REQ(X-A?:PATH):9% %DURATION%"
                                                + " %DOWNSTREAM_PEER_URI_SAN% %UPSTREAM_CLUSTER%"
                                                + " %RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG%"
                                                + " %STREAM_ID% %DOWNSTREAM_REMOTE_ADDRESS%\n"))
                .build();
    }

    private static SubstitutionFormatString json() {
        return SubstitutionFormatString.newBuilder()
                .setJsonFormat(
                        Struct.newBuilder()
                                .putFields("code", string("%RESPONSE_CODE%"))
                                .putFields("up", string("%RESP(X-UP)%"))
                                .putFields("path", string("p=%REQ(:PATH)%"))
                                .putFields("start", string("%START_TIME%"))
                                .putFields("none", string("%ROUTE_NAME%")))
                .build();
    }

    private static Value string(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
