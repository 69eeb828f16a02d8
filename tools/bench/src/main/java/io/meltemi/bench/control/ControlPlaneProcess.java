package io.meltemi.bench.control;

import io.meltemi.testkit.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The control plane that is measured, in a process of its own. Confined to its thread.
public final class ControlPlaneProcess implements AutoCloseable {
    private static final long START_SECONDS = 60;
    private static final long END_SECONDS = 10;
    private static final long PAUSE_MILLIS = 50;

    private final Process process;
    private final InetSocketAddress address;

    private ControlPlaneProcess(Process process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /// Starts it and waits until it listens.
    ///
    /// @param yaml the mesh
    /// @param scratch for what it keeps and says
    public static ControlPlaneProcess start(List<String> command, Path yaml, Path scratch)
            throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.onLoopback());
        String hostPort = address.getHostString() + ":" + address.getPort();
        Process process =
                new ProcessBuilder(
                                command.stream()
                                        .map(word ->
                                                word.replace("FOLDER", yaml.toString())
                                                        .replace("ADDRESS", hostPort)
                                                        .replace("STATE", scratch.toString()))
                                        .toList())
                        .redirectErrorStream(true)
                        .redirectOutput(scratch.resolve("log").toFile())
                        .start();
        ControlPlaneProcess started = new ControlPlaneProcess(process, address);
        try {
            started.awaitPort(scratch.resolve("log"));
            return started;
        } catch (IOException e) {
            started.close();
            throw e;
        }
    }

    private void awaitPort(Path log) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(address);
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IOException("no control plane: " + Files.readString(log), e);
                }
            }
            pause(PAUSE_MILLIS);
        }
    }

    /// Waits, and ends with the thread.
    public static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Of plain-text xDS.
    public InetSocketAddress address() {
        return address;
    }

    /// To see what it uses.
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /// The most memory it had in use, in MiB.
    public long peakMebibytes() throws IOException {
        for (String line :
                Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10;
            }
        }
        throw new IOException("the control plane is gone");
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
