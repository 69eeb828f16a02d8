package io.meltemi.galley.finding;

import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.diagnostic.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Collects what is found in one document. Confined to the thread that reads the document.
///
/// Bounded: a document that is wrong a thousand times is not read better for saying so.
public final class Findings {
    private static final int MOST_PER_DOCUMENT = 200;

    private final Places places;
    private final List<FieldPath> unread = new ArrayList<>();
    private final List<Diagnostic> diagnostics = new ArrayList<>();

    /// Codes that the owner of the document does not want to hear of; `*`: all but errors.
    private final Set<String> suppressed = new HashSet<>();

    /// As people name the resource, e.g. `VirtualService product.shop`; empty: it has no name.
    private String subject = "";

    /// Where the fields of a document stand.
    public interface Places {
        /// Where a field was written, or what is nearest to it.
        Origin at(FieldPath path);

        /// Whether the field was written at all.
        boolean has(FieldPath path);
    }

    public Findings(Places places) {
        this.places = places;
    }

    /// What was found so far, to be added to without changing these.
    ///
    /// @param later where the fields stand then
    public Findings copy(Places later) {
        Findings copy = new Findings(later);
        copy.unread.addAll(unread);
        copy.diagnostics.addAll(diagnostics);
        copy.suppressed.addAll(suppressed);
        copy.subject = subject;
        return copy;
    }

    /// Whose findings these are.
    public void about(String kind, String name, String namespace) {
        subject = "%s %s.%s".formatted(kind, name, namespace);
    }

    /// Leaves out what the owner says is meant so. Errors stay: they decide what takes force.
    ///
    /// @param codes `*`: all but errors
    public void suppress(Collection<String> codes) {
        suppressed.addAll(codes);
    }

    /// Whether something was found that must not take force.
    public boolean hasErrors() {
        return diagnostics.stream().anyMatch(d -> d.severity() == Severity.ERROR);
    }

    /// Where the fields stand.
    public Places places() {
        return places;
    }

    /// A field could not be read: later checks of it and of what holds it are left out.
    public void unread(Code code, FieldPath path, String message) {
        if (unread.size() < MOST_PER_DOCUMENT) {
            unread.add(path);
        }
        add(code, code.severity(), path, message);
    }

    /// A field was read and is wrong; silent where the field or a part of it could not be read.
    public void judge(Code code, FieldPath path, String message) {
        judge(code, code.severity(), path, message);
    }

    /// The same with another severity than the code's own.
    public void judge(Code code, Severity severity, FieldPath path, String message) {
        if (!isBroken(path)) {
            add(code, severity, path, message);
        }
    }

    /// Whether the field or a part of it could not be read.
    public boolean isBroken(FieldPath path) {
        // Of a document with this many, all is taken as broken.
        return unread.size() == MOST_PER_DOCUMENT || unread.stream().anyMatch(path::contains);
    }

    /// Where a field was written.
    public Origin at(FieldPath path) {
        return places.at(path);
    }

    /// Whether the field was written at all: of two spellings, which one was used.
    public boolean isWritten(FieldPath path) {
        return places.has(path);
    }

    public List<Diagnostic> diagnostics() {
        return List.copyOf(diagnostics);
    }

    /// What is left when a caller does not want to hear of some of it.
    public List<Diagnostic> without(List<Suppression> unwanted) {
        return diagnostics.stream()
                .filter(found -> unwanted.stream().noneMatch(s -> covers(s, found)))
                .toList();
    }

    private boolean covers(Suppression unwanted, Diagnostic found) {
        return unwanted.covers(found.code(), subject)
                && Code.of(found.code()).isSuppressible(found.severity());
    }

    private void add(Code code, Severity severity, FieldPath path, String message) {
        boolean isMeant =
                severity != Severity.ERROR
                        && (suppressed.contains("*") || suppressed.contains(code.text()));
        if (!isMeant && diagnostics.size() < MOST_PER_DOCUMENT) {
            diagnostics.add(new Diagnostic(code.text(), severity, at(path), message));
        }
    }
}
