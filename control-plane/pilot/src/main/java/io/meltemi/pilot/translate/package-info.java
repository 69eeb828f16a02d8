/// What all translations share: names, metadata, protobuf wrappers.
@NullMarked
package io.meltemi.pilot.translate;

import org.jspecify.annotations.NullMarked;
