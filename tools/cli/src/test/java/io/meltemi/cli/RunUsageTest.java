package io.meltemi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A wrong command line ends with 2 and starts nothing.
final class RunUsageTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run --service a",
                "run --service A_b -- true",
                "run --service a --version 1.2 -- true",
                "run --service a --namespace Shop -- true",
                "run --service a --port http -- true",
                "run --service a --port 80 --protocol udp -- true",
                "run --service a --health ftp -- true",
                "run --service a --label noequals -- true",
                "run --service a --config /nonexistent -- true",
                "gateway",
                "gateway --name Edge_1",
                "gateway --name edge extra",
                "grpc-agent",
                "grpc-agent --service A_b",
                "grpc-agent --service a --namespace Shop -- true",
                "grpc-agent --service a --port http -- true",
                "grpc-agent --service a --port 15001 -- true",
                "grpc-agent --service a --control-plane nowhere -- true",
                "control-plane --kubeconfig /nonexistent",
                "control-plane --token-issuer https://ci.example --token-audience a",
                "control-plane --token-audience a --token-identity service-account",
                "control-plane --token-issuer i --token-audience a --token-identity nobody",
                "control-plane --token-issuer i --token-audience a --token-identity"
                        + " spiffe://other.example/ns/{a}/sa/{b}"
            })
    void usageIsWrong(String line) {
        Home home = new Home(folder.resolve("mesh"), folder);

        int code = MeshCli.run(home, line.split(" "));

        assertThat(code).isEqualTo(2);
        assertThat(Files.exists(home.folder())).isFalse();
    }

    @Test
    void anAgentWithoutAControlPlaneSaysSo() {
        Home home = new Home(folder.resolve("mesh"), folder);

        int code = MeshCli.run(home, "grpc-agent", "--service", "a");

        assertThat(code).isEqualTo(1);
    }

    @Test
    void helpIsNotAMistake() {
        for (String command : Arrays.asList("run", "gateway", "grpc-agent")) {
            assertThat(MeshCli.run(new Home(folder, folder), command, "--help")).isZero();
        }
    }
}
