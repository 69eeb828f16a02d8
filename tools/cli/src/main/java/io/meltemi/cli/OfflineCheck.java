package io.meltemi.cli;

import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.pilot.Pilot;
import io.meltemi.pilot.PilotSettings;
import java.nio.file.Path;
import java.util.List;

/// What is to be said about files: by Galley, and by Pilot, which translates what Galley has no
/// objection to. Thread-safe: stateless.
final class OfflineCheck {
    private OfflineCheck() {}

    static Report of(List<Path> paths) {
        Report report = Galley.check(paths);
        return report.hasErrors()
                ? report
                : report.with(Pilot.dryRun(PilotSettings.DEFAULT, mesh(report)));
    }

    /// The mesh that files describe, without any instance that registers.
    static MeshSnapshot mesh(Report report) {
        return new MeshSnapshot(MeshSettings.DEFAULT, report.snapshot(), ServiceSnapshot.EMPTY);
    }
}
