package io.meltemi.cli.demo;

import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import io.meltemi.cli.demo.MetricsText.Sample;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Observe: every request is counted once at each end, by whatever data plane, under Istio's
/// labels.
final class RequestCountChecks {
    private static final String REQUESTS = "istio_requests_total";
    private static final String RETRIES = "meltemi_request_retries_total";
    private static final Duration FLUSH = Duration.ofSeconds(6);

    /// A good and a bad one of each kind: answered, not found, refused by a policy, aborted by a
    /// fault on the way, tried again further down.
    private static final Map<Call, Integer> MIX =
            Map.of(
                    Call.get("/"), 300,
                    Call.get("/nothing"), 40,
                    Call.get("/admin"), 30,
                    Call.get("/products").with("x-shop-fault", "on"), 200,
                    Call.get("/products").with("x-shop-fail-every", "7"), 140);

    /// What no upstream has seen: these flags say that the source answered by itself.
    private static final List<String> LOCAL = List.of("FI", "NR", "NC", "UH", "UO", "UF", "RL");

    static final List<Check<DemoMesh>> ALL =
            List.of(
                    new Check<>("requests counted at both ends, by flags", RequestCountChecks::sum),
                    new Check<>("Istio's labels, all filled", RequestCountChecks::labels));

    private RequestCountChecks() {}

    private static Outcome sum(DemoMesh mesh) throws Exception {
        settle(mesh);
        MetricsText before = mesh.control().metrics();
        Map<String, Integer> sent = new TreeMap<>();
        for (Map.Entry<Call, Integer> part : MIX.entrySet()) {
            Tally tally =
                    Drive.many(
                            mesh,
                            part.getValue(),
                            part.getKey(),
                            r -> Integer.toString(r.status()));
            tally.groups().forEach((code, n) -> sent.merge(code, n, Integer::sum));
        }
        settle(mesh);
        Counts counts = new Counts(before, mesh.control().metrics());
        Map<String, Integer> atTheDoor = counts.atTheDoor();
        List<String> figures = new ArrayList<>(List.of("sent " + sent + ", counted " + atTheDoor));
        boolean holds = sent.equals(atTheDoor);
        for (String service : List.of("product", "invoice", "notification")) {
            Balance balance = counts.balance(service);
            holds &= balance.holds();
            figures.add(service + " " + balance);
        }
        return Outcome.of(holds, String.join("; ", figures));
    }

    /// Waits until what was sent before is counted: access logs travel once a second.
    private static void settle(DemoMesh mesh) throws Exception {
        double seen = -1;
        double now = mesh.control().metrics().sum(REQUESTS, _ -> true);
        while (now > seen) {
            seen = now;
            Thread.sleep(2_500);
            now = mesh.control().metrics().sum(REQUESTS, _ -> true);
        }
    }

    /// What was counted between two scrapes.
    private record Counts(MetricsText before, MetricsText after) {
        int change(String name, Predicate<Sample> fits) {
            return (int) Math.round(after.sum(name, fits) - before.sum(name, fits));
        }

        /// By status, as the gateway reported it.
        Map<String, Integer> atTheDoor() {
            Map<String, Integer> byCode = new TreeMap<>();
            Predicate<Sample> door =
                    s ->
                            s.label("reporter").equals("source")
                                    && s.label("source_workload").equals("istio-ingressgateway");
            for (Sample sample : after.all(REQUESTS, door)) {
                byCode.computeIfAbsent(
                        sample.label("response_code"),
                        code ->
                                change(
                                        REQUESTS,
                                        door.and(s -> s.label("response_code").equals(code))));
            }
            byCode.values().removeIf(n -> n == 0);
            return byCode;
        }

        Balance balance(String service) {
            Predicate<Sample> to = s -> s.label("destination_service_name").equals(service);
            Predicate<Sample> source = to.and(s -> s.label("reporter").equals("source"));
            return new Balance(
                    change(REQUESTS, source),
                    change(REQUESTS, source.and(RequestCountChecks::isLocal)),
                    change(RETRIES, source),
                    change(REQUESTS, to.and(s -> s.label("reporter").equals("destination"))));
        }
    }

    private static boolean isLocal(Sample sample) {
        return LOCAL.stream()
                .anyMatch(List.of(sample.label("response_flags").split(",", -1))::contains);
    }

    /// One service's requests, seen from both ends.
    private record Balance(int source, int local, int retries, int destination) {
        boolean holds() {
            return source > 0 && destination == source - local + retries;
        }

        @Override
        public String toString() {
            return "%d - %d answered by the source + %d retries = %d"
                    .formatted(source, local, retries, destination);
        }
    }

    /// The series of one call in full, so that every data plane has to give the same.
    private static Outcome labels(DemoMesh mesh) throws Exception {
        Drive.one(mesh, Call.get("/products"));
        Predicate<Sample> call =
                s ->
                        s.label("source_app").equals("invoice")
                                && s.label("destination_service_name").equals("notification")
                                && s.label("response_code").equals("200");
        List<String> wrong = new ArrayList<>();
        for (String reporter : List.of("source", "destination")) {
            Predicate<Sample> reported = call.and(s -> s.label("reporter").equals(reporter));
            Drive.until(FLUSH, () -> !mesh.control().metrics().all(REQUESTS, reported).isEmpty());
            Map<String, String> seen =
                    mesh.control().metrics().all(REQUESTS, reported).stream()
                            .map(Sample::labels)
                            .findFirst()
                            .orElse(Map.of());
            Map<String, String> expected = new TreeMap<>(CALL);
            expected.put("reporter", reporter);
            expected.put(
                    "connection_security_policy",
                    reporter.equals("source") ? "unknown" : "mutual_tls");
            if (!expected.equals(new TreeMap<>(seen))) {
                wrong.add(reporter + ": " + new TreeMap<>(seen));
            }
        }
        return Outcome.of(
                wrong.isEmpty(),
                wrong.isEmpty()
                        ? (CALL.size() + 2)
                                + " labels as expected on invoice -> notification, both ends"
                        : String.join("; ", wrong));
    }

    private static final Map<String, String> CALL =
            Map.ofEntries(
                    Map.entry("source_workload", "invoice-v1"),
                    Map.entry("source_workload_namespace", "shop"),
                    Map.entry("source_principal", "spiffe://cluster.local/ns/shop/sa/invoice"),
                    Map.entry("source_app", "invoice"),
                    Map.entry("source_version", "v1"),
                    Map.entry("source_canonical_service", "invoice"),
                    Map.entry("source_canonical_revision", "v1"),
                    Map.entry("destination_workload", "notification-v1"),
                    Map.entry("destination_workload_namespace", "shop"),
                    Map.entry(
                            "destination_principal",
                            "spiffe://cluster.local/ns/shop/sa/notification"),
                    Map.entry("destination_app", "notification"),
                    Map.entry("destination_version", "v1"),
                    Map.entry("destination_canonical_service", "notification"),
                    Map.entry("destination_canonical_revision", "v1"),
                    Map.entry("destination_service", "notification.shop.svc.cluster.local"),
                    Map.entry("destination_service_name", "notification"),
                    Map.entry("destination_service_namespace", "shop"),
                    Map.entry("request_protocol", "http"),
                    Map.entry("response_code", "200"),
                    Map.entry("grpc_response_status", ""),
                    Map.entry("response_flags", "-"));
}
