package io.meltemi.agent.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SupervisedProcessTest {
    private static final RestartPolicy AT_ONCE =
            new RestartPolicy.OnFailure(Duration.ofMillis(1), Duration.ofMillis(1));

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private SupervisedProcess start(LaunchInput input, boolean behindFork, String... command)
            throws IOException {
        return SupervisedProcess.start(
                new Launch("test", List.of(command), Map.of(), Path.of("/"), behindFork, input),
                AT_ONCE,
                (_, line) -> lines.add(line),
                _ -> {});
    }

    private String line() throws InterruptedException {
        return String.valueOf(lines.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void eachStartIsToldALineOfItsOwn() throws Exception {
        AtomicInteger token = new AtomicInteger();

        SupervisedProcess process =
                start(
                        () -> "token " + token.incrementAndGet(),
                        false,
                        "sh",
                        "-c",
                        "read line; echo $line; test \"$line\" = 'token 3'");

        assertThat(process.ended().get()).isZero();
        assertThat(List.of(line(), line(), line()))
                .containsExactly("token 1", "token 2", "token 3");
    }

    @Test
    void aTokenThatCannotBeHadIsAskedForAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        LaunchInput away =
                () -> {
                    if (asked.incrementAndGet() == 2) {
                        throw new IOException("the control plane is away");
                    }
                    return "token";
                };

        SupervisedProcess process = start(away, false, "sh", "-c", "read line; exit 1");
        assertThat(line()).isEqualTo("cannot be started again: the control plane is away");

        process.killForGood();

        assertThat(process.ended().get()).isNotZero();
        assertThat(asked.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aKilledProgramBehindAForkIsStartedAgainAndOneKilledForGoodIsNot() throws Exception {
        SupervisedProcess process =
                start(
                        LaunchInput.NONE,
                        true,
                        "sh",
                        "-c",
                        "exec 2>&-; sh -c 'echo $$; exec sleep 60' & wait $!");
        String first = line();

        process.killProgram();
        String second = line();
        process.killForGood();

        assertThat(second).isNotEqualTo(first);
        assertThat(process.ended().get()).isNotZero();
        ProcessHandle.of(Long.parseLong(second)).ifPresent(left -> left.onExit().join());
    }
}
