package io.meltemi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.agent.intercept.Namespaces;
import io.meltemi.agent.intercept.RunFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NodeTest {
    @TempDir Path home;

    @ParameterizedTest
    @EnumSource
    void aLauncherRunsTwoWorkloadsAndLeavesNothingBehind(Namespaces.User user)
            throws IOException, InterruptedException {
        Namespaces namespaces = Namespaces.under(home);
        namespaces.assumePods(user);
        Process launcher = launch(namespaces, user, "stop");

        String output =
                new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output)
                .contains("direct = I am product")
                .contains("call = product-v1 meant /240.240.0.3:9080")
                .contains("probe = ready")
                .contains("app probe = healthy")
                .contains("control = exit 0: workload.sock\n")
                .contains("control-plane: signed for token")
                .contains("registered invoice-v1 by spiffe://cluster.local/ns/shop/sa/invoice")
                .contains("beat product-v1 HEALTHY")
                .contains("invoice ended = 137")
                .contains("deregistered invoice-v1")
                .contains("closed = ");
        assertThat(launcher.waitFor()).isZero();
        assertThat(processesOf(home)).isEmpty();
        assertThat(home.resolve("run")).isEmptyDirectory();
    }

    /// Whose sudden death must end everything.
    enum Victim {
        LAUNCHER,
        UNSHARE,
        HOLDER
    }

    @ParameterizedTest
    @EnumSource
    void nothingSurvivesTheSuddenDeathOf(Victim victim) throws IOException, InterruptedException {
        Namespaces namespaces = Namespaces.under(home);
        namespaces.assumePods(Namespaces.User.ORDINARY);
        Process launcher = launch(namespaces, Namespaces.User.ORDINARY, "wait");
        long unshare = 0;
        try (BufferedReader lines = launcher.inputReader()) {
            for (String line = lines.readLine();
                    line != null && !line.equals("waiting");
                    line = lines.readLine()) {
                if (line.startsWith("holder pid = ")) {
                    unshare = Long.parseLong(line.substring("holder pid = ".length()));
                }
            }
            ProcessHandle holder = ProcessHandle.of(unshare).orElseThrow();

            switch (victim) {
                case LAUNCHER -> launcher.destroyForcibly();
                case UNSHARE -> holder.destroyForcibly();
                case HOLDER -> holder.children().forEach(ProcessHandle::destroyForcibly);
            }

            ProcessHandle first = holder.children().findFirst().orElse(holder);
            first.onExit().join();
            holder.onExit().join();
            launcher.destroyForcibly().waitFor();
        }
        for (long end = System.nanoTime() + 5_000_000_000L;
                !processesOf(home).isEmpty() && System.nanoTime() < end; ) {
            Thread.onSpinWait();
        }
        assertThat(processesOf(home)).isEmpty();
        RunFolder run = new RunFolder(home.resolve("run"));
        assertThat(run.sweep()).isTrue();
        assertThat(run.path()).isEmptyDirectory();
    }

    private Process launch(Namespaces namespaces, Namespaces.User user, String end)
            throws IOException {
        String uid = user == Namespaces.User.ORDINARY && isRoot() ? "65534" : ownUid();
        List<String> java = namespaces.java(TestLauncher.class);
        List<String> command = new ArrayList<>(user.prefix());
        command.addAll(java);
        command.addAll(List.of(home.resolve("run").toString(), uid, uid, end));
        command.addAll(java.subList(0, java.size() - 1));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", home.toString());
        return builder.start();
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static String ownUid() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    }

    /// Every process whose command line names the folder of this test.
    private static List<String> processesOf(Path folder) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.toList()) {
                try {
                    String line = Files.readString(process.resolve("cmdline"));
                    if (line.contains(folder.toString())) {
                        found.add(process.getFileName() + " " + line.replace('\0', ' '));
                    }
                } catch (IOException _) {
                    // No process, or one that has just ended.
                }
            }
        }
        return found;
    }
}
