package io.meltemi.testkit.differential;

import io.meltemi.fixtures.parity.Parity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Situations made by chance: ours does what Envoy does in each.
///
/// A build runs the same few seeds every time, so that it fails only for what was changed;
/// `-Dgenerated.millis=600000` makes a long run (`tools/testkit/bin/generated-routes` does it),
/// `-Dgenerated.seed=N` begins where a failure says, `-Dgenerated.shown=N` shows more of it, and
/// `-Dgenerated.keep=FILE` writes the configuration there.
final class GeneratedRoutesTest {
    private static final long MILLIS = Long.getLong("generated.millis", 0);
    private static final int SEEDS = 6;
    private static final int REQUESTS = Integer.getInteger("generated.requests", 60);
    private static final int SHOWN = Integer.getInteger("generated.shown", 12);

    /// Differences that are meant to be, by the line they show in: the reason.
    private static final Map<Pattern, String> KNOWN = Map.of();

    /// Where redirects are followed nobody knows how many lines the log will have, so that its end
    /// may come after it was read.
    private static final String FOLLOWS = "internal_redirect_policy";

    @Test
    @Parity("route.generated")
    void oursDoesWhatEnvoyDoesByChance() throws IOException {
        long first = Long.getLong("generated.seed", 1);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS);
        List<String> found = new ArrayList<>();
        long seed = first;
        do {
            found.addAll(differences(seed));
            seed++;
        } while (found.size() < SHOWN
                && (MILLIS > 0 ? System.nanoTime() < end : seed < first + SEEDS));
        System.out.println("generated routes: seeds " + first + " to " + (seed - 1));
        if (!found.isEmpty()) {
            throw new AssertionError(String.join("\n", found));
        }
    }

    private static List<String> differences(long seed) throws IOException {
        DifferentialCase situation = GeneratedRoutes.of(seed, REQUESTS);
        String keep = System.getProperty("generated.keep");
        if (keep != null) {
            Files.writeString(Path.of(keep), situation.bootstrap());
        }
        Outcome envoy = Outcome.of(situation, ProxyUnderTest::envoy);
        Outcome ours = Outcome.of(situation, OurProxy::start);
        List<String> found = new ArrayList<>();
        boolean follows = situation.bootstrap().contains(FOLLOWS);
        for (String line : Comparison.of(situation, envoy, ours).differences()) {
            boolean counts = !follows || !line.startsWith(" log ", 1);
            if (counts
                    && KNOWN.keySet().stream().noneMatch(known -> known.matcher(line).find())
                    && found.size() < SHOWN) {
                found.add("-Dgenerated.seed=" + seed + " " + line);
            }
        }
        if (!found.isEmpty()) {
            found.add(request(situation, found.getFirst()));
        }
        return found;
    }

    /// The request a line speaks of, to look for in the situation.
    private static String request(DifferentialCase situation, String line) {
        String[] words = line.split(" ", -1);
        try {
            int number = Integer.parseInt(words[2]);
            return situation.requests().get(number - 1).replace("\r\n", " | ");
        } catch (NumberFormatException _) {
            return "";
        }
    }
}
