package io.fanfare.load;

import java.util.LinkedHashMap;
import java.util.Map;

/// What a gateway has in memory after a full collection.
///
/// @param heap bytes of live objects
/// @param otherNative bytes from malloc for direct buffers, 0 where the JVM does not say
/// @param resident bytes of the process in memory, free heap that was used once among them
record Memory(long heap, long otherNative, long resident) {

	static Memory of(long pid) throws LoadException {
		Jvm jvm = new Jvm(pid);
		jvm.collectGarbage();
		return new Memory(jvm.liveHeap().bytes(), jvm.otherNative(), ProcessFigures.residentBytes(pid));
	}

	/// Returns the difference to another, for each of so many.
	Map<String, Object> kilobytesSince(Memory earlier, int each) {
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("liveHeapKb", Figures.rounded((this.heap - earlier.heap) / 1024.0 / each));
		figures.put("directKb", Figures.rounded((this.otherNative - earlier.otherNative) / 1024.0 / each));
		figures.put("residentKb", Figures.rounded((this.resident - earlier.resident) / 1024.0 / each));
		return figures;
	}

}
