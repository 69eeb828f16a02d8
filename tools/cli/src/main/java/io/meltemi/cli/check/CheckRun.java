package io.meltemi.cli.check;

import io.meltemi.cli.check.Outcome.Failed;
import io.meltemi.cli.check.Outcome.Passed;
import io.meltemi.cli.check.Outcome.Skipped;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Runs checks one after the other, a line each, and counts. Confined to its thread.
public final class CheckRun {
    private final PrintStream out;
    private final Set<Need> missing;
    private int passed;
    private int failed;
    private int skipped;

    public CheckRun(PrintStream out) {
        this(out, Set.of());
    }

    /// @param missing what this mesh does not have
    public CheckRun(PrintStream out, Set<Need> missing) {
        this.out = out;
        this.missing = Set.copyOf(missing);
    }

    /// Runs all of them; a failed one does not stop the others.
    ///
    /// @return whether none failed
    public <M> boolean run(M mesh, List<Check<M>> checks) {
        for (Check<M> check : checks) {
            long start = System.nanoTime();
            Outcome outcome = outcome(mesh, check);
            double seconds = (System.nanoTime() - start) / 1e9;
            print(check.name(), outcome, seconds);
        }
        out.println();
        out.printf(
                "%d passed, %d failed%s%n",
                passed, failed, skipped == 0 ? "" : ", " + skipped + " skipped");
        return failed == 0;
    }

    private <M> Outcome outcome(M mesh, Check<M> check) {
        Optional<Need> lacking = check.needs().stream().filter(missing::contains).findFirst();
        if (lacking.isPresent()) {
            return new Skipped("needs " + lacking.get().name().toLowerCase(Locale.ROOT));
        }
        try {
            return check.body().run(mesh);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Failed("interrupted");
        } catch (Exception e) {
            return new Failed(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private void print(String name, Outcome outcome, double seconds) {
        String line =
                switch (outcome) {
                    case Passed(String figure) -> {
                        passed++;
                        yield "ok      " + name + ": " + figure;
                    }
                    case Failed(String reason) -> {
                        failed++;
                        yield "FAILED  " + name + ": " + reason;
                    }
                    case Skipped(String reason) -> {
                        skipped++;
                        yield "skipped " + name + ": " + reason;
                    }
                };
        out.printf("%s (%.1f s)%n", line, seconds);
        out.flush();
    }
}
