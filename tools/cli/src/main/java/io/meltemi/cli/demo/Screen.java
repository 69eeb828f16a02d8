package io.meltemi.cli.demo;

import io.meltemi.cli.demo.MetricsText.Sample;
import io.meltemi.xds.proto.control.Diagnostic;
import io.meltemi.xds.proto.control.InstanceStatus;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.StatusResponse;
import io.meltemi.xds.proto.control.TypeStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The live view as text. Confined to its thread: rates need the former numbers.
final class Screen {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    private static final int BAR = 30;

    private final Map<String, Double> former = new HashMap<>();
    private long formerNanos;

    private final int port;
    private final Path folder;

    /// @param port of the front door
    /// @param folder with the YAML to edit
    Screen(int port, Path folder) {
        this.port = port;
        this.folder = folder;
    }

    /// Rates and shares are those since the last call: the first one shows none.
    ///
    /// @param now by [System#nanoTime]
    String text(StatusResponse status, MetricsText metrics, long now) {
        StringBuilder text = new StringBuilder();
        double seconds = Math.max(0.001, (now - formerNanos) / 1e9);
        formerNanos = now;
        text.append("Meltemi: the shop at http://127.0.0.1:").append(port).append("/products\n\n");
        instances(text, status, metrics, seconds);
        split(text, metrics);
        calls(text, metrics, seconds);
        configuration(text, status);
        text.append("\nTry: edit ").append(folder.resolve("product.yaml"));
        text.append(" (weights 90/10) and watch the split\n");
        text.append("     curl -i http://127.0.0.1:").append(port);
        text.append("/admin   (403: needs a token of samples/shop/tokens)\n");
        text.append("     break a file and see the old configuration stay.  Ctrl-C ends it all.\n");
        return text.toString();
    }

    private void instances(
            StringBuilder text, StatusResponse status, MetricsText metrics, double seconds) {
        text.append(
                String.format(
                        "%-22s %-9s %-14s %-10s %8s%n",
                        "INSTANCE", "VERSION", "ADDRESS", "HEALTH", "REQ/S"));
        for (InstanceStatus instance : status.getInstancesList()) {
            double total =
                    metrics.sum(
                            "istio_requests_total",
                            s ->
                                    s.label("reporter").equals("destination")
                                            && s.label("destination_workload")
                                                    .equals(instance.getWorkload()));
            text.append(
                    String.format(
                            "%-22s %-9s %-14s %-10s %8.1f%n",
                            instance.getWorkload(),
                            instance.getVersion(),
                            instance.getAddress(),
                            instance.getHealth(),
                            rate("instance " + instance.getWorkload(), total, seconds)));
        }
        text.append('\n');
    }

    /// How the requests of the last second were shared between the versions of product.
    private void split(StringBuilder text, MetricsText metrics) {
        Map<String, Double> byVersion = new TreeMap<>();
        for (Sample s :
                metrics.all(
                        "istio_requests_total",
                        s ->
                                s.label("reporter").equals("destination")
                                        && s.label("destination_service_name").equals("product"))) {
            String version = s.label("destination_version");
            byVersion.merge(version, s.value(), Double::sum);
        }
        Map<String, Double> changes = new TreeMap<>();
        byVersion.forEach((v, total) -> changes.put(v, change("version " + v, total)));
        double sum = changes.values().stream().mapToDouble(Double::doubleValue).sum();
        changes.forEach((version, change) -> {
            double share = sum == 0 ? 0 : change / sum;
            // What nobody called has no share: two zeros would look like a fault.
            if (sum == 0) {
                return;
            }
            text.append(
                    String.format(
                            "product %-4s %3.0f %% %s%n",
                            version, share * 100, "#".repeat((int) (share * BAR))));
        });
        text.append('\n');
    }

    private void calls(StringBuilder text, MetricsText metrics, double seconds) {
        Predicate<Sample> inbound = s -> s.label("reporter").equals("destination");
        double all = metrics.sum("istio_requests_total", inbound);
        double mtls =
                metrics.sum(
                        "istio_requests_total",
                        inbound.and(
                                s -> s.label("connection_security_policy").equals("mutual_tls")));
        double failed =
                metrics.sum(
                        "istio_requests_total",
                        inbound.and(s -> s.label("response_code").startsWith("5")));
        text.append(
                String.format(
                        "%.1f requests/s, %.0f %% over mutual TLS, %.0f answered 5xx, p50 %s, p99 %s%n",
                        rate("all", all, seconds),
                        all == 0 ? 0 : 100 * mtls / all,
                        failed,
                        quantile(metrics, 0.50),
                        quantile(metrics, 0.99)));
    }

    private static String quantile(MetricsText metrics, double q) {
        TreeMap<Double, Double> buckets = new TreeMap<>();
        for (Sample s :
                metrics.all(
                        "istio_request_duration_milliseconds_bucket",
                        s -> s.label("reporter").equals("source"))) {
            String le = s.label("le");
            double bound = le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le);
            buckets.merge(bound, s.value(), Double::sum);
        }
        if (buckets.isEmpty()) {
            return "-";
        }
        double total = buckets.lastEntry().getValue();
        for (Map.Entry<Double, Double> bucket : buckets.entrySet()) {
            if (bucket.getValue() >= q * total) {
                return "<= " + bucket.getKey() + " ms";
            }
        }
        return "-";
    }

    private static void configuration(StringBuilder text, StatusResponse status) {
        long inSync = status.getProxiesList().stream().filter(Screen::isInSync).count();
        text.append(
                String.format(
                        "configuration %d since %s, %d of %d proxies in step%n",
                        status.getConfigVersion(),
                        TIME.format(Instant.ofEpochMilli(status.getConfigChangedEpochMillis())),
                        inSync,
                        status.getProxiesCount()));
        for (Diagnostic d : status.getDiagnosticsList()) {
            text.append(
                    String.format(
                            "  %s:%d %s %s: %s%n",
                            d.getSource(),
                            d.getLine(),
                            d.getSeverity(),
                            d.getCode(),
                            d.getMessage()));
        }
    }

    static boolean isInSync(ProxyStatus proxy) {
        return proxy.getTypesMap().values().stream().allMatch(Screen::isInSync);
    }

    static boolean isInSync(TypeStatus type) {
        return type.getSentVersion().equals(type.getAcknowledgedVersion());
    }

    private double rate(String what, double total, double seconds) {
        return change(what, total) / seconds;
    }

    private double change(String what, double total) {
        Double before = former.put(what, total);
        return before == null ? 0 : Math.max(0, total - before);
    }
}
