package io.meltemi.cli.demo;

import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Tally;
import io.meltemi.xds.proto.control.StatusResponse;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What people watch while the demo runs: redrawn each second on a terminal, printed once
/// elsewhere. Confined to its thread.
public final class LiveView {
    private static final String HOME_AND_CLEAR = "\033[H\033[2J";

    private final DemoMesh mesh;
    private final MeshFolder folder;
    private final PrintStream out;
    private final boolean terminal = isTerminal();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Screen screen = new Screen();

    public LiveView(DemoMesh mesh, MeshFolder folder, PrintStream out) {
        this.mesh = mesh;
        this.folder = folder;
        this.out = out;
    }

    @SuppressWarnings("SystemConsoleNull") // NullAway believes the older documentation
    private static boolean isTerminal() {
        java.io.Console console = System.console();
        return console != null && console.isTerminal();
    }

    /// Shows the mesh, with a little traffic of its own, until Ctrl-C or its end.
    public void show() throws IOException, InterruptedException {
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(main), "end of the demo"));
        Tally tally = new Tally(r -> r.header("x-version").orElse("?"));
        try (Load _ =
                Load.start(
                        mesh.frontDoor(),
                        2,
                        Integer.MAX_VALUE,
                        Duration.ofMillis(100),
                        n -> Call.get(n % 3 == 0 ? "/products" : "/"),
                        tally)) {
            boolean first = true;
            while (mesh.isRunning() && !ended.await(1, TimeUnit.SECONDS)) {
                if (terminal || first) {
                    draw();
                    first = false;
                }
            }
        }
    }

    private void draw() {
        try {
            StatusResponse status = mesh.control().status();
            String text = screen.text(mesh, folder, status, mesh.control().metrics());
            out.print(terminal ? HOME_AND_CLEAR + text : text);
        } catch (IOException e) {
            out.println("the control plane is away: " + e.getMessage());
        }
        out.flush();
    }

    private void end(Thread main) {
        ended.countDown();
        try {
            main.join(15_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
