package io.meltemi.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.meltemi.agent.intercept.HolderCommand.Lifetime;
import io.meltemi.agent.intercept.RunFolder;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.net.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeSettingsTest {
    private static final RunFolder RUN = new RunFolder(Path.of("/home/me/.meltemi/run"));

    @Test
    void aRunFolderIsAllThatMustBeSaid() {
        assertThat(NodeSettings.read(List.of("--run=" + RUN.path())))
                .isEqualTo(
                        new NodeSettings(
                                RUN,
                                Lifetime.LAUNCHER,
                                TrustDomain.CLUSTER_LOCAL,
                                new HostPort("10.77.0.1", 15012),
                                "meltemi.local",
                                RUN.path().resolve("control-plane.sock"),
                                Optional.empty(),
                                false,
                                0,
                                0,
                                List.of(),
                                List.of()));
    }

    @Test
    void everyKeyIsMappedAndWrittenAsItIsRead() {
        NodeSettings all =
                new NodeSettings(
                        RUN,
                        Lifetime.CLIENTS,
                        new TrustDomain("example.org"),
                        new HostPort("10.0.0.9", 9),
                        "control.example.org",
                        Path.of("/home/me/join.sock"),
                        Optional.of(Path.of("/usr/bin/envoy")),
                        true,
                        1000,
                        1001,
                        List.of(new HostPort("gateway", 8080), new HostPort("10.77.0.1", 15080)),
                        List.of("meltemi", "control-plane", "--", "--run=not ours"));

        assertThat(NodeSettings.read(all.arguments())).isEqualTo(all);
    }

    @Test
    void aSidecarIsNotToldTheControlPlanesCommand() {
        NodeSettings settings =
                NodeSettings.of(RUN, 1, 2).withControlPlaneCommand(List.of("secret")).build();

        assertThat(NodeSettings.read(settings.sidecarArguments()).controlPlaneCommand()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "--uid=1, --run=FOLDER is missing",
                "--run=/a --uidd=1, unknown argument '--uidd'",
                "--run=/a --uid, argument '--uid' is not --KEY=VALUE",
                "--run=/a --sidecars=mine, --sidecars=mine is neither 'shared' nor 'own'",
            })
    void whatIsUnknownOrMalformedIsNamed(String arguments, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NodeSettings.read(List.of(arguments.split(" ", -1))))
                .withMessage(reason);
    }
}
