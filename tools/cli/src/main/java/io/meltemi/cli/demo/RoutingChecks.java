package io.meltemi.cli.demo;

import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Reply;
import io.meltemi.cli.load.Tally;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Connect: routes, splits, balance, faults, retries.
final class RoutingChecks {
    private static final Duration IN_FORCE_LIMIT = Duration.ofSeconds(3);
    private static final Pattern INVOICE_INSTANCE =
            Pattern.compile("\"service\":\"invoice\".*?\"instance\":\"([^\"]*)\"");

    static final List<Check<DemoMesh>> ALL =
            List.of(
                    new Check<>("front door answers", RoutingChecks::frontDoor),
                    new Check<>("exact URI routed", RoutingChecks::exactUri),
                    new Check<>("90/10 split over 5,000 requests", RoutingChecks::split),
                    new Check<>("even spread over two instances", RoutingChecks::spread),
                    new Check<>("edit to 50/50 under load", RoutingChecks::edit),
                    new Check<>("fault seen as such, not retried", RoutingChecks::fault),
                    new Check<>("retries hide the 503s and are counted", RoutingChecks::retries));

    private RoutingChecks() {}

    private static Outcome frontDoor(DemoMesh mesh) {
        Reply reply = Drive.one(mesh, Call.get("/products"));
        return Outcome.of(reply.isSuccess(), reply.status() + " " + reply.failure());
    }

    private static Outcome exactUri(DemoMesh mesh) {
        Reply exact = Drive.one(mesh, Call.get("/products"));
        Reply longer = Drive.one(mesh, Call.get("/products/"));
        return Outcome.of(
                exact.body().contains("\"service\":\"product\"") && longer.status() == 404,
                "/products " + exact.status() + ", /products/ " + longer.status());
    }

    /// `product v1 on ...`
    private static String version(Reply reply) {
        String[] words = reply.body().split(" ", 3);
        return words.length == 3 && words[0].equals("product") ? words[1] : "?";
    }

    private static Outcome split(DemoMesh mesh) throws InterruptedException {
        Tally tally = Drive.many(mesh, 5_000, Call.get("/"), RoutingChecks::version);
        double share = 100.0 * tally.inGroup("v1") / tally.total();
        return Outcome.of(
                tally.failed() == 0 && Math.abs(share - 90) <= 2,
                "%.1f %% to v1, %d failed".formatted(share, tally.failed()));
    }

    private static Outcome spread(DemoMesh mesh) throws InterruptedException {
        Tally tally =
                Drive.many(
                        mesh,
                        1_000,
                        Call.get("/products"),
                        r -> {
                            Matcher matcher = INVOICE_INSTANCE.matcher(r.body());
                            return matcher.find() ? matcher.group(1) : "?";
                        });
        boolean even =
                tally.groups().size() == 2
                        && tally.groups().values().stream().allMatch(n -> Math.abs(n - 500) <= 100);
        return Outcome.of(
                even && tally.failed() == 0, tally.groups() + ", " + tally.failed() + " failed");
    }

    private static Outcome edit(DemoMesh mesh) throws Exception {
        MeshFolder folder = mesh.folder();
        String before = folder.read("product.yaml");
        Tally load = new Tally(RoutingChecks::version);
        Duration took;
        try (Load _ = Drive.steady(mesh, Call.get("/"), load)) {
            folder.write(
                    "product.yaml",
                    before.replace("weight: 90", "weight: 50").replace("weight: 10", "weight: 50"));
            took =
                    Drive.until(
                            IN_FORCE_LIMIT,
                            () -> {
                                Tally sample =
                                        Drive.many(mesh, 40, Call.get("/"), RoutingChecks::version);
                                return sample.inGroup("v2") >= 12;
                            });
        } finally {
            folder.write("product.yaml", before);
        }
        return Outcome.of(
                !took.isNegative() && load.failed() == 0,
                "in force within %s, %d of %d failed"
                        .formatted(Drive.took(took, IN_FORCE_LIMIT), load.failed(), load.total()));
    }

    private static Outcome fault(DemoMesh mesh) throws Exception {
        double before = faults(mesh);
        Tally tally =
                Drive.many(
                        mesh,
                        1_000,
                        Call.get("/products").with("x-shop-fault", "on"),
                        r -> r.body().contains("\"status\":503") ? "aborted" : "passed");
        int aborted = tally.inGroup("aborted");
        Duration counted =
                Drive.until(
                        Duration.ofSeconds(5), () -> Math.round(faults(mesh) - before) == aborted);
        double share = 100.0 * aborted / tally.total();
        return Outcome.of(
                Math.abs(share - 10) <= 4 && !counted.isNegative(),
                "%.1f %% aborted, %.0f counted with FI".formatted(share, faults(mesh) - before));
    }

    private static double faults(DemoMesh mesh) throws Exception {
        return mesh.control()
                .metrics()
                .sum(
                        "istio_requests_total",
                        s ->
                                s.label("reporter").equals("source")
                                        && s.label("response_flags").contains("FI"));
    }

    /// In a row, so that no call of another request is between an attempt and the next: each 503 is
    /// then followed by an answer, and how many there are is no matter of luck.
    private static Outcome retries(DemoMesh mesh) throws Exception {
        double before = failures(mesh);
        Tally tally =
                Drive.inARow(
                        mesh,
                        700,
                        Call.get("/products").with("x-shop-fail-every", "7"),
                        r -> Integer.toString(r.status()));
        Duration counted = Drive.until(Duration.ofSeconds(5), () -> failures(mesh) - before >= 100);
        return Outcome.of(
                tally.failed() == 0 && !counted.isNegative(),
                "%d of 700 failed, %.0f answers with 503 counted at notification"
                        .formatted(tally.failed(), failures(mesh) - before));
    }

    private static double failures(DemoMesh mesh) throws Exception {
        return mesh.control()
                .metrics()
                .sum(
                        "istio_requests_total",
                        s ->
                                s.label("reporter").equals("destination")
                                        && s.label("destination_service_name")
                                                .equals("notification")
                                        && s.label("response_code").equals("503"));
    }
}
