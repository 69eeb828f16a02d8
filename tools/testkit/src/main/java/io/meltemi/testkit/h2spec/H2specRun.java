package io.meltemi.testkit.h2spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// One run of h2spec against a port of this machine, case by case. Immutable.
public record H2specRun(List<Case> cases) {
    private static final long MINUTES = 10;

    /// One case.
    ///
    /// @param name section and title
    /// @param failure what it expected and saw; empty when it passed
    public record Case(String name, String failure) {}

    public H2specRun {
        cases = List.copyOf(cases);
    }

    /// Runs every case, the strict ones too.
    public static H2specRun of(Path binary, int port, boolean tls) throws IOException {
        Path report = Files.createTempFile("h2spec", ".xml");
        Path log = Files.createTempFile("h2spec", ".log");
        try {
            List<String> command = new ArrayList<>();
            command.add(binary.toString());
            command.addAll(
                    List.of("--strict", "--timeout", "10", "--port", Integer.toString(port)));
            command.addAll(List.of("--junit-report", report.toString()));
            if (tls) {
                command.addAll(List.of("--tls", "--insecure"));
            }
            run(command, log);
            return new H2specRun(read(report));
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("h2spec left no report: " + Files.readString(log), e);
        } finally {
            Files.delete(report);
            Files.delete(log);
        }
    }

    /// The exit code says no more than the report does.
    private static void run(List<String> command, Path log) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                throw new IOException("h2spec did not finish within " + MINUTES + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while h2spec was running", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<Case> read(Path report)
            throws IOException, ParserConfigurationException, SAXException {
        Document document =
                DocumentBuilderFactory.newDefaultInstance()
                        .newDocumentBuilder()
                        .parse(report.toFile());
        List<Case> cases = new ArrayList<>();
        NodeList nodes = document.getElementsByTagName("testcase");
        for (int i = 0; i < nodes.getLength(); i++) {
            Element node = (Element) nodes.item(i);
            String name = node.getAttribute("package") + " " + node.getAttribute("classname");
            cases.add(new Case(name, failure(node)));
        }
        return cases;
    }

    private static String failure(Element node) {
        StringBuilder text = new StringBuilder();
        for (String kind : List.of("failure", "error", "skipped")) {
            NodeList found = node.getElementsByTagName(kind);
            for (int i = 0; i < found.getLength(); i++) {
                text.append(kind).append(": ").append(found.item(i).getTextContent());
            }
        }
        return text.toString();
    }
}
