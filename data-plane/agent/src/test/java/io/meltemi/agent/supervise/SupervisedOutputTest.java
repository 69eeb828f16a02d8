package io.meltemi.agent.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SupervisedOutputTest {
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    private final OutputSink sink =
            new OutputSink() {
                @Override
                public void line(String program, String line) {
                    lines.add(program + " out " + line);
                }

                @Override
                public void errorLine(String program, String line) {
                    lines.add(program + " err " + line);
                }
            };

    private SupervisedProcess shell(String script) throws IOException {
        return SupervisedProcess.start(
                new Launch("p", List.of("sh", "-c", script), Map.of(), Path.of("/"), false),
                new RestartPolicy.Never(),
                sink,
                _ -> {});
    }

    @Test
    void allLinesComeBeforeTheExitCode() throws Exception {
        SupervisedProcess process =
                shell("i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); done; exit 7");

        int code = process.ended().get(30, TimeUnit.SECONDS);

        assertThat(code).isEqualTo(7);
        assertThat(lines).hasSize(2000).last().isEqualTo("p out 1999");
    }

    @Test
    void standardErrorIsKeptApart() throws Exception {
        shell("echo fine; echo broken >&2").ended().get(30, TimeUnit.SECONDS);

        assertThat(lines).containsExactlyInAnyOrder("p out fine", "p err broken");
    }

    @Test
    void grandchildrenThatKeepThePipesDoNotHoldTheEndUp() throws Exception {
        SupervisedProcess process = shell("sleep 20 & echo started; exit 3");
        try {
            assertThat(process.ended().get(10, TimeUnit.SECONDS)).isEqualTo(3);
            assertThat(lines).containsExactly("p out started");
        } finally {
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
        }
    }

    @Test
    void whatAStoppedProgramStartedEndsWithIt() throws Exception {
        SupervisedProcess process = shell("sleep 30 & echo $!; wait");
        while (lines.isEmpty()) {
            Thread.onSpinWait();
        }
        String pid = lines.element().substring("p out ".length());
        ProcessHandle child = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();

        process.stop(Duration.ofSeconds(10));

        child.onExit().get(10, TimeUnit.SECONDS);
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void programsThatAreReadLeaveRoomForVirtualThreads() throws Exception {
        List<SupervisedProcess> programs =
                List.of(shell("sleep 20"), shell("sleep 20"), shell("sleep 20"));
        try {
            Thread other = Thread.ofVirtual().start(() -> lines.add("ran"));

            assertThat(other.join(Duration.ofSeconds(5))).isTrue();
        } finally {
            programs.forEach(SupervisedProcess::kill);
        }
    }
}
