package io.meltemi.cli.demo;

import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Tally;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What people watch while the demo runs: redrawn each second on a terminal, printed once
/// elsewhere. Confined to its thread.
public final class LiveView {
    private static final String HOME_AND_CLEAR = "\033[H\033[2J";

    /// Without a terminal there is one picture, when traffic has been counted.
    private static final int ONLY_PICTURE_SECOND = 4;

    private final DemoMesh mesh;
    private final PrintStream out;
    private final boolean terminal = isTerminal();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Screen screen;

    public LiveView(DemoMesh mesh, MeshFolder folder, PrintStream out) {
        this.mesh = mesh;
        this.out = out;
        this.screen = new Screen(mesh.frontDoor().getPort(), folder.path());
    }

    @SuppressWarnings("SystemConsoleNull") // NullAway believes the older documentation
    private static boolean isTerminal() {
        java.io.Console console = System.console();
        return console != null && console.isTerminal();
    }

    /// Shows the mesh, with a little traffic of its own, until Ctrl-C or its end.
    public void show() throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(ended::countDown, "end of the view"));
        Tally tally = new Tally(r -> r.header("x-version").orElse("?"));
        try (Load _ =
                Load.start(
                        mesh.frontDoor(),
                        2,
                        Integer.MAX_VALUE,
                        Duration.ofMillis(100),
                        n -> Call.get(n % 3 == 0 ? "/products" : "/"),
                        tally)) {
            // The first reading is what rates and shares are counted from.
            String _ = picture();
            for (int second = 1; mesh.isRunning() && !ended.await(1, TimeUnit.SECONDS); second++) {
                if (terminal) {
                    print(HOME_AND_CLEAR + picture());
                } else if (second == ONLY_PICTURE_SECOND) {
                    print(picture());
                }
            }
        }
    }

    private String picture() {
        try {
            return screen.text(
                    mesh.control().status(), mesh.control().metrics(), System.nanoTime());
        } catch (IOException e) {
            return "the control plane is away: " + e.getMessage() + "\n";
        }
    }

    private void print(String text) {
        out.print(text);
        out.flush();
    }
}
