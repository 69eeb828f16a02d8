package io.meltemi.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CheckRunTest {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final CheckRun run = new CheckRun(new PrintStream(text, true, StandardCharsets.UTF_8));

    @Test
    void everyCheckHasItsLineAndTheSumIsAtTheEnd() {
        boolean good =
                run.run(
                        "mesh",
                        List.of(
                                new Check<>("front door", m -> new Outcome.Passed("200 from " + m)),
                                new Check<>("split", _ -> Outcome.of(false, "80/20")),
                                new Check<>("pods", _ -> new Outcome.Skipped("needs pods")),
                                new Check<>(
                                        "explodes",
                                        _ -> {
                                            throw new IllegalStateException("boom");
                                        })));

        assertThat(good).isFalse();
        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("ok      front door: 200 from mesh")
                .contains("FAILED  split: 80/20")
                .contains("skipped pods: needs pods")
                .contains("FAILED  explodes: IllegalStateException: boom")
                .contains("1 passed, 2 failed, 1 skipped");
    }

    @Test
    void aCheckThatNeedsPodsIsSkippedWithoutThem() {
        Check<String> check = new Check<>("rules", _ -> new Outcome.Failed("ran"));
        CheckRun without =
                new CheckRun(
                        new PrintStream(text, true, StandardCharsets.UTF_8), Set.of(Need.PODS));

        boolean good = without.run("mesh", List.of(check.needingPods()));

        assertThat(good).isTrue();
        assertThat(text.toString(StandardCharsets.UTF_8)).contains("skipped rules: needs pods");
        assertThat(run.run("mesh", List.of(check.needingPods()))).isFalse();
    }

    @Test
    void nothingFailedIsGood() {
        assertThat(run.run(1, List.of(new Check<>("a", _ -> new Outcome.Passed("1"))))).isTrue();
    }
}
