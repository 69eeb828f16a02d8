package io.meltemi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import io.meltemi.cli.explain.RunningMesh;
import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.model.config.KeySource;
import io.meltemi.model.snapshot.ConfigSnapshot;
import io.meltemi.model.snapshot.KeySnapshot;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.server.port.ControlSocket;
import io.meltemi.server.port.EventLoops;
import io.meltemi.server.status.MeshAnswer;
import io.meltemi.xds.proto.control.ControlGrpc.ControlImplBase;
import io.meltemi.xds.proto.control.MeshRequest;
import io.meltemi.xds.proto.control.MeshResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `meltemi explain` of a mesh that runs: who is registered comes from its control plane.
final class ExplainRunningMeshTest {
    private static final Path FILES = Path.of("../../samples/shop/mesh");
    private static final Path SERVICES = Path.of("../../samples/shop/offline");

    @TempDir private Path home = Path.of("");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /// The shop's services as if they were registered.
    private static MeshSnapshot registered() {
        Report report = Galley.check(List.of(SERVICES));
        return new MeshSnapshot(
                MeshSettings.DEFAULT,
                ConfigSnapshot.EMPTY,
                new ServiceSnapshot(7, report.services()),
                new KeySnapshot(
                        Map.of(
                                new KeySource.Address("https://a.example/keys"),
                                "{}",
                                new KeySource.Discovery("https://b.example"),
                                "{}")));
    }

    @Test
    void whatTheControlPlaneSaysIsWhatItHas() {
        MeshSnapshot mesh = registered();

        MeshSnapshot read =
                RunningMesh.of(MeshAnswer.of(List.of(FILES), mesh), ConfigSnapshot.EMPTY);

        assertThat(read.services().services()).isEqualTo(mesh.services().services());
        assertThat(read.keys()).isEqualTo(mesh.keys());
        assertThat(read.settings()).isEqualTo(mesh.settings());
    }

    @Test
    void aRequestIsExplainedByTheFilesAndServicesOfTheRunningMesh() throws IOException {
        int code =
                explain(
                        MeshAnswer.of(List.of(FILES), registered()),
                        "GET",
                        "http://invoice/invoices/7",
                        "--from",
                        "shop/product-v1");

        assertThat(err.toString()).isEmpty();
        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("shop/invoice-callers rule 0 matches  [access.yaml:")
                .contains("=> reaches the application of shop/invoice-");
    }

    @Test
    void withoutFilesOrWithoutAMeshItIsSaidWhatToGive() throws IOException {
        assertThat(explain(MeshAnswer.of(List.of(), registered()), "GET", "http://invoice/"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("--config");

        assertThat(run("GET", "http://invoice/")).isEqualTo(1);
        assertThat(err.toString()).contains("no control plane listens on");
    }

    private int explain(MeshResponse answer, String... line) throws IOException {
        Path socket = home.resolve("c.sock");
        ControlImplBase control =
                new ControlImplBase() {
                    @Override
                    public void mesh(MeshRequest request, StreamObserver<MeshResponse> responses) {
                        responses.onNext(answer);
                        responses.onCompleted();
                    }
                };
        try (EventLoops loops = new EventLoops(1);
                ControlSocket _ = ControlSocket.open(socket, loops, List.of(control))) {
            String[] all = java.util.Arrays.copyOf(line, line.length + 2);
            all[line.length] = "--control-socket";
            all[line.length + 1] = socket.toString();
            return run(all);
        }
    }

    private int run(String... line) {
        String[] all = new String[line.length + 1];
        all[0] = "explain";
        System.arraycopy(line, 0, all, 1, line.length);
        return MeshCli.commandLine(Home.of(Map.of("HOME", home.toString())))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all);
    }
}
