package io.meltemi.cli;

import io.meltemi.cli.demo.ControlClient;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.xds.proto.control.Diagnostic;
import io.meltemi.xds.proto.control.ResourceId;
import io.meltemi.xds.proto.control.WriteOutcome;
import io.meltemi.xds.proto.control.WriteResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/// Tells what became of an order, in kubectl's words. Confined to the command's thread.
final class WriteText {
    private static final long PAUSE_MILLIS = 20;

    private final PrintWriter out;
    private final PrintWriter err;

    WriteText(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /// @return the exit code
    int answer(WriteOptions options, ControlClient client, WriteResponse response)
            throws IOException {
        response.getFindingsList().forEach(d -> err.println(finding(d)));
        for (WriteOutcome outcome : response.getOutcomesList()) {
            out.println(
                    name(outcome.getId())
                            + " "
                            + outcome.getVerb()
                            + (options.isDryRun() ? " (dry run)" : ""));
        }
        if (!response.getDone()) {
            err.println("nothing was changed");
        }
        err.flush();
        out.flush();
        if (!response.getDone()) {
            return 1;
        }
        return options.waits() ? await(options.limit(), client, response.getConfigVersion()) : 0;
    }

    private int await(Duration limit, ControlClient client, long version) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        Acknowledgement now = look(client, version);
        while (!now.waiting().isEmpty() && System.nanoTime() < deadline) {
            pause();
            now = look(client, version);
        }
        for (String refused : now.refused()) {
            err.println(refused);
        }
        for (String waiting : now.waiting()) {
            err.println("not acknowledged within " + limit.toMillis() / 1e3 + " s: " + waiting);
        }
        out.println(
                now.proxies() == 0
                        ? "no proxy is connected that could acknowledge it"
                        : "acknowledged by "
                                + now.acknowledged()
                                + " of "
                                + now.proxies()
                                + " proxies");
        err.flush();
        out.flush();
        return now.acknowledged() == now.proxies() ? 0 : 1;
    }

    private static Acknowledgement look(ControlClient client, long version) throws IOException {
        return Acknowledgement.of(client.status().getProxiesList(), version);
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while proxies were waited for", e);
        }
    }

    /// `virtualservice.networking.istio.io/product`, and in which namespace.
    private static String name(ResourceId id) {
        String kind = id.getKind().toLowerCase(Locale.ROOT);
        return (id.getGroup().isEmpty() ? kind : kind + "." + id.getGroup())
                + "/"
                + id.getName()
                + (id.getNamespace().isEmpty() ? "" : " in " + id.getNamespace());
    }

    /// As `validate` prints it.
    static String finding(Diagnostic d) {
        return "%s: %s %s: %s"
                .formatted(
                        new Origin(d.getSource(), d.getLine(), d.getColumn()),
                        d.getSeverity().toLowerCase(Locale.ROOT),
                        d.getCode(),
                        d.getMessage());
    }
}
