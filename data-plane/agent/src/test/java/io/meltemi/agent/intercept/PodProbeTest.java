package io.meltemi.agent.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodProbeTest {
    @TempDir Path home;

    @Test
    void namesTheSettingThatForbidsNamespaces() throws IOException, InterruptedException {
        Namespaces namespaces = Namespaces.under(home);
        namespaces.assumePods(Namespaces.User.ORDINARY);
        // Inside a user namespace whose limit is zero no further one can be made.
        List<String> forbidden =
                List.of(
                        "unshare",
                        "-Ur",
                        "--",
                        "sh",
                        "-c",
                        "echo 0 > /proc/sys/user/max_user_namespaces; exec \"$@\"",
                        "sh");

        PodSupport support =
                PodProbe.run(forbidden, namespaces.classes().split(File.pathSeparator, 2)[0]);

        assertThat(support)
                .isInstanceOfSatisfying(
                        PodSupport.Impossible.class,
                        no -> {
                            assertThat(no.step()).isEqualTo("making namespaces");
                            assertThat(no.reason()).contains("unshare failed");
                        });
    }

    @Test
    void namesTheStepTheKernelRefused() throws IOException, InterruptedException {
        Namespaces namespaces = Namespaces.under(home);
        namespaces.assumePods(Namespaces.User.ORDINARY);
        Assumptions.assumeTrue(Namespaces.isRoot(), "skipped: root only");

        PodSupport support = PodProbe.run(List.of(), "/nonexistent");

        assertThat(support)
                .isInstanceOfSatisfying(
                        PodSupport.Impossible.class,
                        no -> assertThat(no.step()).isEqualTo("redirecting a connection"));
    }
}
