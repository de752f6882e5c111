package dev.countersign.offline;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.util.Map;

/** Text as a QR code (ISO/IEC 18004), drawn as SVG: nothing is fetched, and no script is needed. */
public final class QrCode {
    private QrCode() {}

    /** The path of its dark modules and the width of the whole, quiet zone included. */
    public static Drawn of(String text) {
        try {
            var matrix = new QRCodeWriter()
                    .encode(
                            text,
                            BarcodeFormat.QR_CODE,
                            0,
                            0,
                            Map.of(EncodeHintType.ERROR_CORRECTION, ErrorCorrectionLevel.M, EncodeHintType.MARGIN, 4));
            var path = new StringBuilder();
            for (var y = 0; y < matrix.getHeight(); y++) {
                for (var x = 0; x < matrix.getWidth(); x++) {
                    if (matrix.get(x, y)) {
                        path.append('M').append(x).append(' ').append(y).append("h1v1h-1z");
                    }
                }
            }
            return new Drawn(path.toString(), matrix.getWidth());
        } catch (WriterException e) {
            throw new IllegalArgumentException("Too large for a QR code", e);
        }
    }

    /** An SVG path in units of modules, in a square of {@code size}. */
    public record Drawn(String path, int size) {}
}
