package io.meltemi.server.trust;

import io.meltemi.citadel.ca.AuthorityKeys;
import io.meltemi.citadel.service.IssueEvent;
import io.meltemi.citadel.service.IssueListener;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// What the authority does and how long it will last, under Istio's names, so that alerts written
/// for Istio go off here too. Thread-safe.
///
/// `citadel_server_root_cert_expiry_seconds` and `..._cert_chain_expiry_seconds` fall to zero as
/// the end comes nearer: they are what to set an alarm on.
final class CertificateMetrics implements MultiCollector, IssueListener {
    private final AuthorityKeys keys;
    private final Clock clock;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong issued = new AtomicLong();
    private final AtomicLong unproven = new AtomicLong();
    private final AtomicLong limited = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    CertificateMetrics(AuthorityKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public void heard(IssueEvent event) {
        requests.incrementAndGet();
        switch (event) {
            case IssueEvent.Issued _ -> issued.incrementAndGet();
            case IssueEvent.Unproven _ -> unproven.incrementAndGet();
            case IssueEvent.Limited _ -> limited.incrementAndGet();
            case IssueEvent.Refused _ -> refused.incrementAndGet();
        }
    }

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> all = new ArrayList<>();
        all.add(counter("citadel_server_csr_count", "Requests for certificates.", requests));
        all.add(
                counter(
                        "citadel_server_success_cert_issuance_count",
                        "Certificates that were issued.",
                        issued));
        all.add(
                counter(
                        "citadel_server_authentication_failure_count",
                        "Requests of senders that nobody knows.",
                        unproven));
        all.add(
                counter(
                        "citadel_server_csr_limited_count",
                        "Requests of identities that ask too often.",
                        limited));
        all.add(
                counter(
                        "citadel_server_csr_parsing_err_count",
                        "Requests that are malformed or name another identity.",
                        refused));
        end(all, "root_cert", "the first of the believed roots", keys.trust().validUntil());
        end(all, "cert_chain", "the chain that signs", keys.issuing().validUntil());
        return new MetricSnapshots(all);
    }

    private void end(List<MetricSnapshot> all, String name, String what, Instant end) {
        all.add(
                gauge(
                        "citadel_server_" + name + "_expiry_timestamp",
                        "When " + what + " ends, in seconds since 1970.",
                        end.getEpochSecond()));
        all.add(
                gauge(
                        "citadel_server_" + name + "_expiry_seconds",
                        "How long until " + what + " ends.",
                        Duration.between(clock.instant(), end).toSeconds()));
    }

    /// Untyped: a counter's name would have to end in `_total`, and Istio's do not.
    private static UnknownSnapshot counter(String name, String help, AtomicLong value) {
        return UnknownSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(UnknownDataPointSnapshot.builder().value((double) value.get()).build())
                .build();
    }

    private static GaugeSnapshot gauge(String name, String help, long value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value((double) value).build())
                .build();
    }
}
