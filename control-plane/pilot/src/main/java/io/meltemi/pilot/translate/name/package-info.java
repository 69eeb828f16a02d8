/// Services to the name table of the agents' DNS. Pure.
@NullMarked
package io.meltemi.pilot.translate.name;

import org.jspecify.annotations.NullMarked;
