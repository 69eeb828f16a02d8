package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.FolderReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever is typed into a good file, it is read or refused, never answered with an exception.
class FuzzTest {
    private static final int ROUNDS = 3_000;
    private static final List<String> PIECES =
            List.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    ":",
                    "- ",
                    "\n",
                    "  ",
                    "\t",
                    "---\n",
                    "*a",
                    "&a ",
                    "? ",
                    "!!int ",
                    "null",
                    "~",
                    "\"",
                    "'",
                    "\\u",
                    "\\x4",
                    "%YAML 1.2\n",
                    "<<: ",
                    "0x",
                    "1e999",
                    ".nan",
                    "99999999999999999999",
                    "-1",
                    "|\n",
                    ">",
                    "# ",
                    "\u0000",
                    "\ud800",
                    "é",
                    "true",
                    "!<tag:x> ",
                    "@",
                    "spec: ",
                    "host: ",
                    "http: ");

    @Test
    void mutatedDocumentsNeverThrow() {
        long seed = Long.getLong("meltemi.seed", 20_260_101L);
        Random random = new Random(seed);
        List<DocumentSet.Text> good =
                new ArrayList<>(
                        FolderReader.read(
                                        List.of(Documents.above("samples/shop/mesh").orElseThrow()))
                                .texts());
        int refused = 0;

        for (int round = 0; round < ROUNDS; round++) {
            String text = good.get(random.nextInt(good.size())).content();
            for (int i = random.nextInt(3); i >= 0; i--) {
                text = mutated(text, random);
            }
            try {
                refused += Documents.check(text).diagnostics().isEmpty() ? 0 : 1;
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed %d, round %d, text:%n%s".formatted(seed, round, text), e);
            }
        }

        assertThat(refused).isBetween(ROUNDS / 10, ROUNDS - 1);
    }

    private static String mutated(String text, Random random) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(12));
        return switch (random.nextInt(5)) {
            case 0 -> text.substring(0, from) + text.substring(to);
            case 1 -> text.substring(0, from) + text.substring(from, to) + text.substring(from);
            case 2 -> text.substring(0, from);
            default ->
                    text.substring(0, from)
                            + PIECES.get(random.nextInt(PIECES.size()))
                            + text.substring(to);
        };
    }
}
